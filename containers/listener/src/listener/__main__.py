"""`python -m listener VIDEO`: print what is said with which emotion, or put it where it is told."""

from listener.program import main

if __name__ == "__main__":
    raise SystemExit(main())
