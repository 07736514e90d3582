"""Changes to units and their other words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from core.editing.services import (
    add_row,
    create_and_tell,
    edit_row,
    editable,
    lock_row,
)
from core.events.services import in_unit_of_work
from core.i18n import language_columns
from core.references.services import remove_row
from settings_modules.commodities.enums import BASE_CODES
from settings_modules.commodities.errors import UnitIsBase, UnitsDiffer, UnitWordTaken
from settings_modules.commodities.models import Unit, UnitAlias
from settings_modules.commodities.selectors.units import unit_of_word

#: What people may edit later; a unit keeps its code and what it measures.
EDITABLE_FIELDS = (*language_columns("name"), "factor", "source", "is_active")
#: Other words of one unit.
MOST_ALIASES = 20


@in_unit_of_work
def create_unit(*, values: Mapping[str, Any], aliases: Iterable[str] = ()) -> Unit:
    """A new unit; emits `unit.created`. Code and other words are written in capitals; what it
    measures says which unit its factor is in. Raises UnitWordTaken, ValidationError."""
    _lock_words()
    row = Unit(**editable(values, ("code", "dimension", *EDITABLE_FIELDS)))
    row.code = row.code.strip().upper()
    row.base = BASE_CODES.get(row.dimension, "")
    _refuse_taken(row.code)
    unit = create_and_tell(row=row)
    _write_aliases(unit, aliases)
    return unit


@in_unit_of_work
def update_unit(
    *,
    unit: Unit,
    values: Mapping[str, Any],
    aliases: Iterable[str] | None = None,
    expected_version: int | None = None,
) -> Unit:
    """The unit with the fields given, and these other words alone unless they are None; emits
    `unit.updated` when something changed.

    What was counted with another factor before keeps it: documents hold the one they used. Raises
    UnitIsBase, UnitWordTaken, StaleVersion, ValidationError.
    """
    given = editable(values, EDITABLE_FIELDS)
    if aliases is not None:
        _lock_words()
    stored = lock_row(unit, expected_version=expected_version)
    _refuse_moving_base(stored, given)
    edit = edit_row(row=stored, values=given)
    told = edit.event_data()
    if aliases is not None and (change := _write_aliases(edit.row, aliases)):
        told = {**told, "changes": {**told["changes"], "aliases": change}}
        _step_version(edit.row)
    if edit or "aliases" in told["changes"]:
        edit.row.emit_event("unit.updated", told)
    return edit.row


@in_unit_of_work
def add_alias(*, unit: Unit, alias: str) -> UnitAlias:
    """Another word for the unit; emits `unit.updated`. Raises UnitWordTaken, ValidationError."""
    _lock_words()
    update_unit(unit=unit, values={}, aliases=[*_words_of(unit), alias])
    return UnitAlias.objects.get(alias=_usual(alias))


@in_unit_of_work
def change_alias(*, alias: UnitAlias, word: str) -> None:
    """The same word written otherwise, or another one in its place. As `add_alias`."""
    _lock_words()
    stored = lock_row(alias, expected_version=None)
    kept = [each for each in _words_of(stored.unit) if each != stored.alias]
    update_unit(unit=stored.unit, values={}, aliases=[*kept, word])


@in_unit_of_work
def remove_alias(*, alias: UnitAlias) -> None:
    """The word means nothing any more; emits `unit.updated`."""
    _lock_words()
    stored = lock_row(alias, expected_version=None)
    kept = [each for each in _words_of(stored.unit) if each != stored.alias]
    update_unit(unit=stored.unit, values={}, aliases=kept)


@in_unit_of_work
def switch_unit(row: Unit, *, is_active: bool, expected_version: int | None) -> Unit:
    """The unit switched off or on. Raises UnitIsBase, StaleVersion."""
    return update_unit(unit=row, values={"is_active": is_active}, expected_version=expected_version)


@in_unit_of_work
def remove_unit(*, unit: Unit, expected_version: int | None = None) -> None:
    """Remove a unit that nothing refers to, its other words included; emits `unit.removed`.

    Raises UnitIsBase, StillInUse, StaleVersion.
    """
    stored = lock_row(unit, expected_version=expected_version)
    if stored.code == stored.base:
        raise UnitIsBase(unit=stored.code)
    stored.aliases.all().delete()
    remove_row(row=stored)


def refuse_unlike(kept: Unit, merged: Unit) -> None:
    """Raise UnitsDiffer, UnitIsBase unless one unit means the same as the other."""
    if (kept.base, kept.factor, kept.dimension) != (merged.base, merged.factor, merged.dimension):
        raise UnitsDiffer(kept=kept.code, merged=merged.code)
    if merged.code == merged.base:
        raise UnitIsBase(unit=merged.code)


def _refuse_moving_base(stored: Unit, given: Mapping[str, Any]) -> None:
    if stored.code != stored.base:
        return
    if given.get("factor", 1) != 1:
        raise UnitIsBase(field="factor", unit=stored.code)
    if not given.get("is_active", True):
        raise UnitIsBase(field="is_active", unit=stored.code)


def _lock_words() -> None:
    """Codes and other words are one set of words, and live in two tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('commodities_unit.words'))")


def _refuse_taken(word: str, *, unit: Unit | None = None, field: str = "code") -> None:
    """Raise UnitWordTaken when the word means another unit, or is the code of this one."""
    owner = unit_of_word(word)
    if owner is not None and (owner != unit or owner.code == word):
        raise UnitWordTaken(field=field, word=word, unit=owner.code)


def _write_aliases(unit: Unit, words: Iterable[str]) -> dict[str, list[str]]:
    """Let the unit have these other words alone; what changed, {} when nothing did."""
    old = _words_of(unit)
    new = sorted({_usual(word) for word in words})
    if new == old:
        return {}
    unit.aliases.filter(alias__in=set(old) - set(new)).delete()
    for word in sorted(set(new) - set(old)):
        _refuse_taken(word, unit=unit, field="aliases")
        add_row(row=UnitAlias(unit=unit, alias=word))
    return {"old": old, "new": new}


def _words_of(unit: Unit) -> list[str]:
    return sorted(unit.aliases.values_list("alias", flat=True))


def _usual(word: str) -> str:
    return word.strip().upper()


def _step_version(unit: Unit) -> None:
    """Whoever saw the unit with other words must look again."""
    unit.version += 1
    unit.save(update_fields=["version", "updated_at"])
