"""The words of the names of goods, as they are compared: whole ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

#: Names have more words than this only when something else was pasted.
MOST_WORDS = 40
LONGEST_PHRASE = 6
_WITHIN = ("L", "N", "M")


def words_of(text: str) -> list[str]:
    """The words of a folded text, at most `MOST_WORDS`: letters and digits with their marks."""
    spaced = "".join(
        each if unicodedata.category(each)[0] in _WITHIN else " " for each in text.replace("\0", "")
    )
    return spaced.split()[:MOST_WORDS]


def plain_words(text: str) -> list[str]:
    """The words of a text that the database has not folded, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return words_of("".join(each for each in plain if not unicodedata.combining(each)))


def phrases_of(words: list[str]) -> Iterator[str]:
    """Every run of consecutive words up to `LONGEST_PHRASE`, longest first."""
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def holds_phrase(words: list[str], phrase: list[str]) -> bool:
    """Whether the words of the phrase follow each other in the words."""
    width = len(phrase)
    return bool(phrase) and any(
        words[start : start + width] == phrase for start in range(len(words) - width + 1)
    )
