"""Tests of the facts of the outside world."""
