"""What both steps of Music's pipeline share: where they read and write, and how they end."""
