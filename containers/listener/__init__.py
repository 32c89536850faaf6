"""The listener: what is said in a video, and with which emotion."""
