"""The rehearsal on the real control plane."""
