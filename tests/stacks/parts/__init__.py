"""Constructs that no system of this repository has to have."""
