"""Brings parts of objects into files over HTTP; knows nothing of who serves them."""
