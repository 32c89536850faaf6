"""Tests of the stacks, on the templates that they become."""
