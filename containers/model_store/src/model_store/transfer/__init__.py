"""Downloads parts of objects into files over HTTP, in worker processes; independent of S3."""
