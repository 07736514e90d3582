"""Finding places: the port to their providers, the offline provider, what follows from a place."""
