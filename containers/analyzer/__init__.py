"""What both analysers share, as a project of its own."""
