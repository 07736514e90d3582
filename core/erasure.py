"""Taking a person's values out of texts that are nobody's in particular: errors, logs, answers.

Applications declare in `ready()` which columns hold what somebody else worded (`last_error` quotes
whatever an exception said). What a person's own rows hold is overwritten by the services that own
those rows; the record itself, events and history, never holds personal values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import phonenumbers
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from core.events.services import in_unit_of_work
from core.idempotency.services import forget_answers

#: Shorter texts say nothing about anybody, and would be found everywhere.
SHORTEST_TEXT = 3
#: Texts below this length are looked for as words of their own: "Ali" is no part of "validation".
SHORTEST_PART = 6
#: What may stand between two parts of a text: in stored JSON a line break is two characters.
_GAP = r"(\s|\\[nrt])+"
_BETWEEN_DIGITS = "[^0-9٠-٩۰-۹]{0,3}"

#: Columns whose empty value is their default, not "".
_FILLED_BY_DEFAULT = (models.JSONField, ArrayField)

_working_texts: dict[type[models.Model], tuple[str, ...]] = {}


class RemoveRows(Protocol):
    """Removes the rows of these keys."""

    def __call__(self, *, keys: Iterable[int]) -> object: ...


@dataclass(frozen=True, slots=True)
class _MentioningRows:
    fields: tuple[str, ...]
    remove: RemoveRows


_mentioning_rows: dict[type[models.Model], _MentioningRows] = {}


def declare_working_texts(model: type[models.Model], *fields: str) -> None:
    """Say that these columns of the model may quote anybody and can be emptied without loss."""
    _working_texts[model] = fields


def declare_mentioning_rows(model: type[models.Model], *fields: str, remove: RemoveRows) -> None:
    """Say that rows of the model mean nothing without these columns: they are removed whole."""
    _mentioning_rows[model] = _MentioningRows(fields, remove)


def working_texts() -> dict[type[models.Model], tuple[str, ...]]:
    """The declared columns by model."""
    return dict(_working_texts)


def mention_pattern(*, texts: Iterable[str], phones: Iterable[str]) -> str:
    """A PostgreSQL regular expression for any of them, "" when none says enough.

    `phones` are in E.164 form and are found with or without the country code, however their digits
    are grouped, in Latin and in Arabic digits. Case and the width of gaps do not count.
    """
    found = {_text_pattern(text) for text in texts if len(text.strip()) >= SHORTEST_TEXT}
    found |= {_phone_pattern(phone) for phone in phones if phone}
    return "|".join(sorted(found))


def _text_pattern(text: str) -> str:
    words = text.split()
    pattern = _GAP.join(re.sub(r"([^\w])", r"\\\1", word) for word in words)
    if len(" ".join(words)) < SHORTEST_PART:
        return rf"(?<!\w){pattern}(?!\w)"
    return pattern


def _phone_pattern(phone: str) -> str:
    national = phonenumbers.national_significant_number(phonenumbers.parse(phone))
    digits = (f"[{d}{chr(0x660 + int(d))}{chr(0x6F0 + int(d))}]" for d in national)
    return _BETWEEN_DIGITS.join(digits)


@in_unit_of_work
def erase_mentions(*, texts: Iterable[str], phones: Iterable[str]) -> None:
    """Empty every declared column of a row that mentions one of them, and forget such answers;
    rows that mean nothing without it are removed.

    A request whose stored answer is forgotten is a new one when it is repeated.
    """
    pattern = mention_pattern(texts=texts, phones=phones)
    if not pattern:
        return
    forget_answers(pattern=pattern)
    for model, fields in _working_texts.items():
        for name in fields:
            field = model._meta.get_field(name)
            empty = field.get_default() if isinstance(field, _FILLED_BY_DEFAULT) else ""
            mentioning = model._default_manager.annotate(
                _told=Cast(name, models.TextField())
            ).filter(_told__iregex=pattern)
            mentioning.update(**{name: empty})
    for model, declared in _mentioning_rows.items():
        _remove_mentioning(model, declared, pattern)


def _remove_mentioning(model: type[models.Model], declared: _MentioningRows, pattern: str) -> None:
    told = {f"_told_{name}": Cast(name, models.TextField()) for name in declared.fields}
    mentioned = Q()
    for name in told:
        mentioned |= Q(**{f"{name}__iregex": pattern})
    rows = model._default_manager.annotate(**told).filter(mentioned)
    declared.remove(keys=rows.values_list("pk", flat=True))
