"""The AWS side of the rehearsal, without a control plane."""
