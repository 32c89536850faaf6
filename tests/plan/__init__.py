"""Tests of plan: what it reads, and what it says of it."""
