"""Real servers of Valkey behind the emulator's ElastiCache, each at an address of its own."""

from rehearsal.cloud.valkey.caches import Caches, NewCache

__all__ = ["Caches", "NewCache"]
