"""How fast, and how lean, the model store pulls a version, beside `s5cmd` and `aws s3 sync`."""
