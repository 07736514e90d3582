"""Languages of model data, and which one is shown when one is missing."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from translated_fields import TranslatedField, to_attribute

#: Languages of names and descriptions: English, Arabic, Sorani Kurdish, Hindi.
DATA_LANGUAGES = ["en", "ar", "ckb", "hi"]
#: What is shown when the language asked for has no text: Kurdish readers know Arabic script.
FALLBACKS: dict[str, list[str]] = {
    "en": ["en", "ar", "ckb", "hi"],
    "ar": ["ar", "en", "ckb", "hi"],
    "ckb": ["ckb", "ar", "en", "hi"],
    "hi": ["hi", "en", "ar", "ckb"],
}


def data_language(language: str | None) -> str:
    """The data language for a language tag such as "ar-IQ"; English when it is none of ours."""
    base = (language or "en").split("-")[0].lower()
    return base if base in FALLBACKS else "en"


def translated(obj: models.Model, name: str, language: str | None = None) -> str:
    """The text of the translated field `name` of `obj`, by the fallback chain; "" when none."""
    for candidate in FALLBACKS[data_language(language or get_language())]:
        text: str = getattr(obj, to_attribute(name, candidate))
        if text:
            return text
    return ""


def _getter(name: str, field: Any) -> Any:  # noqa: ARG001  (signature of translated_fields)
    return lambda obj: translated(obj, name)


def translated_field(field: models.Field[Any, Any]) -> TranslatedField:
    """One column per data language; reading the plain name follows the fallback chain."""
    return TranslatedField(field, languages=DATA_LANGUAGES, attrgetter=_getter)


def language_columns(name: str) -> list[str]:
    """The columns of the translated field `name`, in the order of `DATA_LANGUAGES`."""
    return [to_attribute(name, language) for language in DATA_LANGUAGES]
