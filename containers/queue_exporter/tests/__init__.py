"""Tests of queue_exporter."""
