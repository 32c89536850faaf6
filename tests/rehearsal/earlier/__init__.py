"""Cloud assemblies of earlier releases, which drills update (decision 25)."""
