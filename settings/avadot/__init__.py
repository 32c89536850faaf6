"""What we decided about Avadot: its nouns, its environments and its images."""
