"""What programs share that show figures to Prometheus."""
