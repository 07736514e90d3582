"""Long rows of key names, written as text."""


def keys(text: str) -> list[str]:
    """Return the names in ``text``, which are separated by white space."""
    return text.split()
