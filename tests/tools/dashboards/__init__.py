"""Tests of the page with a system's dashboards."""
