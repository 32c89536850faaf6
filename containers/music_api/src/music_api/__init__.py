"""Takes a person's runs of Music's pipeline, says how they stand, and gives their results."""
