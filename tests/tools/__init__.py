"""Tests of the pinning of images."""
