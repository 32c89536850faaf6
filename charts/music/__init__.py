"""How Music runs."""
