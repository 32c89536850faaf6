"""What we decided about Dubbing: its nouns, its environments and its images."""
