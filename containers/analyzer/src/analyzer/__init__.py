"""What the analysers share: access to S3, media, HTTP, the queue and their limits."""
