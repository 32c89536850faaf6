"""What findings tell a person to do: each is a command that a test runs, or a change it applies."""
