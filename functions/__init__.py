"""Programs that run in Lambda: standard library and botocore only; only tests import them."""
