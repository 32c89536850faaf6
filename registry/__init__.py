"""Talks to the image registry: writes into the reviewed file which digest a tag stands for."""
