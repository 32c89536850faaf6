"""Finds the vocals of a video, what is said in them and with which emotion."""
