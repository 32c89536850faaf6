"""The functions of Silver Guardian's workflow, against a real PostgreSQL."""
