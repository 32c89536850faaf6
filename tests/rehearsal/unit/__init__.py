"""The rehearsal's own parts, without anything running."""
