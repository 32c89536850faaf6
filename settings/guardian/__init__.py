"""What we decided about Silver Guardian: its nouns, its environments and its images."""
