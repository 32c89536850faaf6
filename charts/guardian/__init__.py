"""How Silver Guardian runs."""
