"""Reads a cloud assembly and says what it will do: objects, capacity, cost, time, differences."""
