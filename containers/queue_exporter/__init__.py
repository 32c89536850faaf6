"""The queue exporter: how many jobs wait in BullMQ's queues."""
