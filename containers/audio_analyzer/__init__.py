"""The audio analyser: how likely a voice is made by a machine."""
