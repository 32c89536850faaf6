"""How well the analysers judge real recordings: false alarms and misses, kind by kind."""
