"""Tests of video_analyzer."""
