"""The release gate: a release has succeeded when its pods serve, and failed with a reason."""
