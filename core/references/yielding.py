"""Marks that step back when two records become one: both had a primary contact, one can stay.

Without it the two rows would be in the way of the merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery

ModelClass = TypeVar("ModelClass", bound=type[models.Model])
_FLAGS: dict[str, tuple[str, ...]] = {}


def yields_in_merge(*flags: str) -> Callable[[ModelClass], ModelClass]:
    """Class decorator: where only one row of a record may have the flag, that of the merged record
    loses it. The flags are taken away in the order given; a unique constraint whose condition is
    such a flag alone is none that keeps records from being merged."""

    def decorate(model: ModelClass) -> ModelClass:
        _FLAGS[model._meta.label] = flags
        return model

    return decorate


def yielded_flag(model: type[models.Model], constraint: Any) -> str:
    """The flag that rows of the model lose for the constraint's sake; "" for none."""
    if not isinstance(constraint, models.UniqueConstraint):
        return ""
    flags = (flag for flag in _FLAGS.get(model._meta.label, ()))
    return next((flag for flag in flags if constraint.condition == Q(**{flag: True})), "")


def yielding_rows(
    model: type[models.Model], name: str, *, kept: models.Model, merged: models.Model
) -> Iterator[tuple[str, models.QuerySet[Any]]]:
    """Each flag with the rows that lose it when what refers to `merged` by the field `name` refers
    to `kept`; each is read when the caller comes to it."""
    for flag in _FLAGS.get(model._meta.label, ()):
        for constraint in model._meta.constraints:
            if yielded_flag(model, constraint) == flag:
                others = [each for each in constraint.fields if each != name]  # type: ignore[attr-defined]
                yield flag, _colliding(model, name, flag, others, kept=kept, merged=merged)


def _colliding(
    model: type[models.Model],
    name: str,
    flag: str,
    others: Iterable[str],
    *,
    kept: models.Model,
    merged: models.Model,
) -> models.QuerySet[Any]:
    rows = model._base_manager
    twins = rows.filter(
        **{name: kept, flag: True}, **{field: OuterRef(field) for field in others}
    ).values("pk")[:1]
    mine: models.QuerySet[Any] = (
        rows.filter(**{name: merged, flag: True})
        .annotate(twin_key=Subquery(twins))
        .filter(twin_key__isnull=False)
    )
    return mine
