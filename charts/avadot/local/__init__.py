"""The same services on a developer's machine: a directory for `kubectl apply -k`."""
