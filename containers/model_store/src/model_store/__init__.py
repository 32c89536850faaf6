"""Brings models and engines to where they are used, never with a wrong byte."""
