"""How the offline provider spells and finds the names of towns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Countries whose names come transliterated: "Rājkot", "Al Başrah", "‘Afak".
TRANSLITERATED = frozenset(
    {
        *("AE", "AF", "BD", "BH", "DZ", "EG", "IN", "IQ", "IR", "JO", "KW", "LB", "LK"),
        *("LY", "MA", "MM", "NP", "OM", "PK", "PS", "QA", "SA", "SD", "SY", "TN", "YE"),
    }
)
_SIGNS = re.compile("[‘’ʻʼ`´]")
_GAPS = re.compile(r"[|\-.,]")
#: Accents, vowel signs and tatweel; those of Devanagari are letters to whoever reads them.
_DROPPED = dict.fromkeys(
    [*filter(lambda code: unicodedata.combining(chr(code)), range(0x300, 0x900)), 0x640]
)
#: The letters of standard Arabic with their vowel signs: Persian, Urdu and Kurdish have others.
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u0652 -]+")
#: Scripts in which people here type: Latin, Arabic and Kurdish, Devanagari.
_TYPED = re.compile("[\u0000-\u024f\u1e00-\u1eff‘’ʻʼ\u0600-\u06ff\u0900-\u097f]+")
_VARIANTS = str.maketrans("أإآٱىیئةەھؤک", "اااايييهههوك")


def folded_name(name: str) -> str:
    """Lower case without accents and vowel signs, with the variants of Arabic letters made one."""
    return _folded_names([name])[0]


def _folded_names(names: Iterable[str]) -> list[str]:
    """All of them in one go: there are 300,000."""
    text = _SIGNS.sub("", "\n".join(name.replace("\n", " ") for name in names)).casefold()
    spelled = unicodedata.normalize("NFKD", text.translate(_VARIANTS))
    plain = _GAPS.sub(" ", spelled.translate(_DROPPED))
    return [" ".join(each.split()) for each in plain.split("\n")]


def english_name(name: str, country: str) -> str:
    """The name without the signs of transliteration; those of other languages stay."""
    if country not in TRANSLITERATED:
        return name
    spelled = unicodedata.normalize("NFKD", _SIGNS.sub("", name))
    return "".join(sign for sign in spelled if not unicodedata.combining(sign))


def arabic_name(names: Iterable[str]) -> str:
    """The first of the names that is written in standard Arabic; "" when none is."""
    return next((name for name in names if _ARABIC.fullmatch(name) and len(name) > 1), "")


def searched_names(name: str, others: Iterable[str]) -> str:
    """The folded names between bars, the main one first: "|pune|poona|"."""
    typed = [name, *(other for other in others if _TYPED.fullmatch(other))]
    unique = dict.fromkeys(_folded_names(typed))
    unique.pop("", None)
    return f"|{'|'.join(unique)}|"
