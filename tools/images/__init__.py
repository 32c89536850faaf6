"""Builds the images of the project's own programs, and says what they have become."""
