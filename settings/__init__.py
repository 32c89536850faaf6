"""What we decided: the nouns, and their values in each environment. Pure data."""
