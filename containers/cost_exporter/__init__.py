"""The cost exporter: what each service costs."""
