"""The functions of Silver Guardian's analysis workflow, one handler a file."""
