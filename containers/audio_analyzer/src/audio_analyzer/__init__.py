"""Judges whether a voice was made by a machine, by what machines leave out."""
