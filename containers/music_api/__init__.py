"""The API of Music, as a project of its own."""
