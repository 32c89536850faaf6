"""How well and how fast the analysers judge media made on this machine."""
