"""The video analyser: how likely frames were tampered with."""
