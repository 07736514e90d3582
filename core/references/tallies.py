"""How often each of several rows is referred to: a query for each field, not for each row."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Count

from core.references.fields import referring_fields
from core.tenancy import visible_rows

#: Key of a row to {label of the model that refers: how many rows}.
Tally = dict[Any, dict[str, int]]


def tally_references(
    model: type[models.Model], keys: Collection[Any], *, user: Any = None
) -> Tally:
    """For those of the rows that are referred to, by what; `user` as `references_to` has it."""
    found: Tally = {}
    for referring in referring_fields(model):
        name = referring.field.name
        rows = referring.model._base_manager.filter(**{f"{name}__in": list(keys)})
        if user is not None:
            rows = visible_rows(rows, user)
        counted = rows.order_by().values_list(name).annotate(count=Count("pk"))
        for key, count in counted:
            of_row = found.setdefault(key, {})
            of_row[referring.model._meta.label] = of_row.get(referring.model._meta.label, 0) + count
    return {key: counts for key, counts in found.items() if key in set(keys)}
