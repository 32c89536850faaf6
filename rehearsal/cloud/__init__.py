"""The AWS side of a rehearsal: the emulator, what we add to it, and how it is reached."""
