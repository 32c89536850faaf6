"""Tests of the jobs `engine` and `share`, with NVIDIA's tools played."""
