"""What exporters share, as a project of its own."""
