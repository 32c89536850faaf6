"""The model store: brings models and engines to where they are used."""
