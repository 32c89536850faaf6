"""Tests of how long a deploy takes."""
