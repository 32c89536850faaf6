"""`python -m model_store JOB …`, and the start of the single file."""

from model_store.cli import main

if __name__ == "__main__":
    main()
