"""The workflow as a whole, on the emulator."""
