"""How Dubbing runs."""
