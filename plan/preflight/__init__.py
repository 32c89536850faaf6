"""Whether an account is ready for an assembly; it asks AWS, and changes nothing there."""
