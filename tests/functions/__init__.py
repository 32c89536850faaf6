"""Tests of the programs that run in Lambda."""
