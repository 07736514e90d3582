"""The rows that a new installation begins with, and how they are planted."""
