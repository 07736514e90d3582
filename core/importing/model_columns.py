"""Columns made from a model's fields: their labels, lengths, choices and bounds."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from core.importing.columns import (
    Choice,
    Column,
    JsonObject,
    Kind,
    Number,
    Reference,
    Text,
    YesNo,
)

LANGUAGES = ("en", "ar")
_WHOLE = (models.IntegerField,)


def _label(verbose_name: Any, language: str) -> str:
    text = str(verbose_name)
    return f"{text} ({_(get_language_info(language)['name'])})" if language else text


_lazy_label = lazy(_label, str)


def choice_kind(choices: Any, **spellings: str) -> Choice:
    """A choice by its stored values and by its labels in English and Arabic; `spellings` more."""
    words: dict[str, str] = {}
    for value, label in choices:
        words[str(value).lower()] = str(value)
        for language in LANGUAGES:
            with translation.override(language):
                words.setdefault(str(label).lower(), str(value))
    return Choice(words={**words, **{word.lower(): value for word, value in spellings.items()}})


def _bound(field: models.Field[Any, Any], kind: type[Any]) -> int | None:
    limits = [v.limit_value for v in field.validators if isinstance(v, kind)]
    return limits[0] if limits else None


def _kind_of(field: models.Field[Any, Any]) -> Kind:
    if isinstance(field, models.BooleanField):
        return YesNo()
    if field.choices:
        return choice_kind(field.choices)
    if isinstance(field, models.JSONField):
        return JsonObject()
    if isinstance(field, models.DecimalField | models.IntegerField):
        return Number(
            least=_bound(field, MinValueValidator),
            most=_bound(field, MaxValueValidator),
            places=field.decimal_places if isinstance(field, models.DecimalField) else None,
        )
    return Text(max_length=field.max_length)


def model_column(
    model: type[models.Model],
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    is_required: bool = False,
    kind: Kind | None = None,
) -> Column:
    """The column of the model's field `name`. A reference needs its `kind`."""
    field: Any = model._meta.get_field(name)
    made = kind or _kind_of(field)
    language = getattr(field, "_translated_field_language_code", "")
    keeps = not field.null and not isinstance(made, Text)
    return Column(
        name=name,
        label=_lazy_label(field.verbose_name, language),
        kind=made,
        aliases=aliases,
        is_required=is_required,
        keeps_when_empty=keeps and not isinstance(made, Reference),
        is_nullable=bool(field.null),
    )
