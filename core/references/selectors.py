"""Where a row is used: what refers to it, counted and shown, for every model alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Subquery, Value

from core.references.fields import ReferringField, referring_fields
from core.tenancy import visible_rows

#: Referring rows that are named; the others are counted.
SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True)
class ReferringRow:
    """A row that refers, by its key and by what it is called."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The rows of one model that refer by one field: how many, and the first of them.

    `model` is its label ("catalog.Product"), `name` and `field_label` are what people call model
    and field. `rows` are at most `SHOWN_ROWS`, by key, and none when the reader may not view them.
    `stays_because` says why a merge leaves these references alone, "" when it does not.
    """

    model: str
    name: str
    field: str
    field_label: str
    count: int
    rows: tuple[ReferringRow, ...]
    stays_because: str


def references_to(row: models.Model, *, user: Any = None) -> list[Reference]:
    """What refers to the stored row, by label and field; nothing of what does not.

    At most one query for each field that can refer to it. `user` is the reader: they are told of
    no row of an organization that is not theirs, and of rows whose kind they may not view only how
    many there are. Without `user` everything is counted: a removal asks so.
    """
    found = (_reference(row, referring, user) for referring in referring_fields(type(row)))
    return [reference for reference in found if reference is not None]


def is_referred_to(row: models.Model) -> bool:
    """Whether anything at all refers to the stored row, whoever may see it."""
    return any(referring.rows_of(row).exists() for referring in referring_fields(type(row)))


def _reference(row: models.Model, referring: ReferringField, user: Any) -> Reference | None:
    model = referring.model
    rows = referring.rows_of(row)
    if user is not None:
        rows = visible_rows(rows, user)
    if user is None or may_view(user, model):
        total, first = _first_rows(model, rows)
    else:
        total, first = rows.count(), ()
    if not total:
        return None
    return Reference(
        model=model._meta.label,
        name=str(model._meta.verbose_name_plural),
        field=referring.field.name,
        field_label=str(referring.field.verbose_name),
        count=total,
        rows=first,
        stays_because=referring.stays_because,
    )


def may_view(user: Any, model: type[models.Model]) -> bool:
    """Whether the account may look at rows of the model, in the organization in force."""
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    return bool(user.has_perm(permission))


def _first_rows(
    model: type[models.Model], rows: models.QuerySet[Any]
) -> tuple[int, tuple[ReferringRow, ...]]:
    """How many rows there are, and the first of them, in one query."""
    total = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("*"))
    shown = (
        rows.order_by("pk")
        # What a row is called may name what it belongs to.
        .select_related(*(field.name for field in model._meta.fields if field.is_relation))
        .annotate(total_count=Subquery(total.values("n")))[:SHOWN_ROWS]
    )
    first = list(shown)
    return (
        first[0].total_count if first else 0,
        tuple(ReferringRow(str(one.pk), str(one)) for one in first),
    )
