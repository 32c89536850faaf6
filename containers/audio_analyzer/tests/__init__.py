"""Tests of audio_analyzer."""
