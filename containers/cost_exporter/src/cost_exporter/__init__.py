"""Shows Prometheus what each service costs: by the hour, so far, in a month, for a job."""
