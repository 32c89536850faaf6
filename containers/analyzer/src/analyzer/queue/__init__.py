"""The queue worker: SQS messages of the workflow, answered by their task tokens."""
