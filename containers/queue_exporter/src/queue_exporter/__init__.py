"""Shows Prometheus how many jobs BullMQ's queues hold in each state."""
