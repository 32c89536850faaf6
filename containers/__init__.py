"""Programs that run in pods, each a project of its own; nothing here is imported by another room."""
