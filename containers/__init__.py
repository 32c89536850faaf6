"""Programs that run in pods, each a project of its own; no room imports them."""
