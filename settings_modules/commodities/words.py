"""Names of goods as whole words: "rice" is a word of "Basmati rice", not of "Price index"."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """The words in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(each for each in plain if not unicodedata.combining(each))))


def has_phrase(words: tuple[str, ...], phrase: str) -> bool:
    """Whether the words of the phrase stand among the words, next to each other and in order."""
    wanted = words_of(phrase)
    last = len(words) - len(wanted)
    return bool(wanted) and any(
        words[start : start + len(wanted)] == wanted for start in range(last + 1)
    )
