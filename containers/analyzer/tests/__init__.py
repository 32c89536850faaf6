"""Tests of analyzer."""
