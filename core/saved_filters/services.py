"""Keeping, changing, sharing and removing the filters of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.editing.services import create_and_tell, editable, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.identity.models import User
from core.saved_filters.errors import (
    SavedFilterEmpty,
    SavedFilterNameTaken,
    SavedFilterNotYours,
    SavedFilterParametersUnknown,
    SavedFilterSharingRefused,
    TooManySavedFilters,
)
from core.saved_filters.lists import RecordList, may_share
from core.saved_filters.models import SavedFilter
from core.saved_filters.queries import Query, canonical_query
from core.saved_filters.selectors import may_edit

#: Of one person for one list.
MOST_FILTERS = 100
EDITABLE_FIELDS = ("name", "query", "is_shared")
_MOST_NAMED = 5
_LONGEST_NAMED = 60


@in_unit_of_work
def create_filter(
    *, owner: User, records: RecordList, name: str, query: Any, is_shared: bool = False
) -> SavedFilter:
    """Keep the query of the list under a name, for its owner or for everybody who sees the list.

    The caller has asked whether the owner may see the list. Raises SavedFilterNameTaken,
    SavedFilterSharingRefused, SavedFilterParametersUnknown, SavedFilterEmpty, SavedFilterMalformed,
    SavedFilterTooLarge, TooManySavedFilters, ValidationError.
    """
    saved = SavedFilter(
        owner=owner,
        surface=records.surface,
        record_type=records.record_type,
        name=name.strip(),
        query=_checked_query(query, records),
        is_shared=is_shared,
    )
    if is_shared:
        _require_sharing(owner, saved)
    _lock_filters_of(owner.pk)
    if _others_of(saved).count() >= MOST_FILTERS:
        raise TooManySavedFilters(most=MOST_FILTERS)
    _require_free_name(saved, saved.name)
    return create_and_tell(row=saved)


@in_unit_of_work
def update_filter(
    *,
    saved: SavedFilter,
    by: User,
    records: RecordList,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> SavedFilter:
    """Change `name`, `query` or `is_shared`.

    Raises SavedFilterNotYours, StaleVersion, NotFound and what `create_filter` raises.
    """
    given = editable(values, EDITABLE_FIELDS)
    _lock_filters_of(saved.owner_id)
    locked = lock_row(saved, expected_version=expected_version)
    _require_editor(locked, by)
    if "name" in given:
        given["name"] = given["name"].strip()
        _require_free_name(locked, given["name"])
    if "query" in given:
        given["query"] = _checked_query(given["query"], records)
    if given.get("is_shared") and not locked.is_shared:
        _require_sharing(by, locked)
    return update_and_tell(row=locked, values=given)


@in_unit_of_work
def delete_filter(*, saved: SavedFilter, by: User, expected_version: int | None = None) -> None:
    """Remove a filter for good. Raises SavedFilterNotYours, StaleVersion, NotFound."""
    locked = lock_row(saved, expected_version=expected_version)
    _require_editor(locked, by)
    _remove([locked])


@in_unit_of_work
def remove_filters_of(*, owner: User) -> None:
    """Remove every filter of a person: names and searches of theirs are personal."""
    _remove(SavedFilter.objects.select_for_update().filter(owner=owner).order_by("pk"))


@in_unit_of_work
def remove_filters(*, keys: Iterable[int]) -> None:
    """Remove the filters of these keys, whosever they are: what they say is to be forgotten."""
    _remove(SavedFilter.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"))


def _remove(rows: Iterable[SavedFilter]) -> None:
    for row in rows:
        row.emit_event("saved_filter.deleted")
        row.delete()


def _checked_query(query: Any, records: RecordList) -> Query:
    checked = canonical_query(query)
    if not checked:
        raise SavedFilterEmpty(field="query")
    unknown = records.unknown_parameters(checked)
    if unknown:
        named = ", ".join(name[:_LONGEST_NAMED] for name in unknown[:_MOST_NAMED])
        raise SavedFilterParametersUnknown(field="query", names=named)
    return checked


def _lock_filters_of(owner_key: int) -> None:
    """Let one change of a person's filters run at a time, so that names and numbers hold."""
    User.objects.select_for_update(no_key=True).filter(pk=owner_key).first()


def _others_of(saved: SavedFilter) -> Any:
    return SavedFilter.objects.filter(
        owner_id=saved.owner_id, surface=saved.surface, record_type=saved.record_type
    ).exclude(pk=saved.pk)


def _require_free_name(saved: SavedFilter, name: str) -> None:
    if _others_of(saved).filter(name__iexact=name).exists():
        raise SavedFilterNameTaken(field="name", name=name)


def _require_editor(saved: SavedFilter, by: User) -> None:
    if not may_edit(saved, by):
        raise SavedFilterNotYours()


def _require_sharing(by: User, saved: SavedFilter) -> None:
    if not may_share(by, saved.record_type):
        raise SavedFilterSharingRefused(field="is_shared")
