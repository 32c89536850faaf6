"""Tests of Music's API: real HTTP, an emulated S3 and SQS, a played Kubernetes API."""
