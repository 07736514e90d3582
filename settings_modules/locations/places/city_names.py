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
#: The letters of standard Arabic with their vowel signs: Persian, Urdu and Kurdish have others.
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u0652 -]+")
#: Scripts in which people here type: Latin, Arabic and Kurdish, Devanagari.
_TYPED = re.compile("[\u0000-\u024f\u1e00-\u1eff‘’ʻʼ\u0600-\u06ff\u0900-\u097f]+")
_VARIANTS = str.maketrans("أإآٱىیئةەھؤک", "اااايييهههوك")


def folded_name(name: str) -> str:
    """Lower case without accents and vowel signs, with the variants of Arabic letters made one."""
    plain = _SIGNS.sub("", name).casefold().translate(_VARIANTS)
    spelled = unicodedata.normalize("NFKD", plain)
    kept = "".join(sign for sign in spelled if not _is_mark(sign) and sign != "\u0640")
    return " ".join(re.sub(r"[\s|\-.,]+", " ", kept).split())


def _is_mark(sign: str) -> bool:
    # Devanagari's vowel signs are letters to whoever reads them.
    return unicodedata.combining(sign) != 0 and not "\u0900" <= sign <= "\u097f"


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
    unique = dict.fromkeys(folded_name(each) for each in typed)
    unique.pop("", None)
    return f"|{'|'.join(unique)}|"
