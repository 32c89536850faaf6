"""Tests of the commands, without a deploy."""
