"""What the queue exporter is."""

from exporter.cli import ExporterProgram
from queue_exporter.collector import QueueCollector
from queue_exporter.queues import QueueReader
from queue_exporter.settings import Settings

PROGRAM = ExporterProgram(
    name="queue-exporter",
    purpose="Shows Prometheus how many jobs BullMQ's queues hold, and how long they have waited.",
    port=9090,
    collector=lambda environment: QueueCollector(QueueReader(Settings.read(environment))),
)
