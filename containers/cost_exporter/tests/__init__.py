"""Tests of cost_exporter."""
