"""Currencies and their rates: where rates come from, which are trusted, exact arithmetic."""
