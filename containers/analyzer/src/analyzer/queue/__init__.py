"""The queue's side: messages of the workflow, answered by their task tokens."""
