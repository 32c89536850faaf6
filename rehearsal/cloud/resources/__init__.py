"""CloudFormation resource types that the emulator lacks, one file for each family."""
