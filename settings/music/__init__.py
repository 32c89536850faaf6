"""What we decided about Music: its nouns, its environments and its images."""
