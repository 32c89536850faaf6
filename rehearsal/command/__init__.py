"""The commands of a rehearsal: up, down, status."""
