"""An S3-like server on this machine: objects are files, and it can be told what to do wrong."""
