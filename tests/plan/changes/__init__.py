"""Tests of comparisons: what differs between two assemblies, and what follows."""
