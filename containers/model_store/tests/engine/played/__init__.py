"""NVIDIA's tools, played: they do what $PLAYED tells them, and write down how they were called."""
