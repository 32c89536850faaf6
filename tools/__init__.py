"""Commands for people who keep the reviewed files."""
