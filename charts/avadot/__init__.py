"""How Avadot runs."""
