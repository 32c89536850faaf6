"""What the steps of Music share: where they read and write, and how they end."""
