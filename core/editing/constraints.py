"""Which constraints of a model a change can break."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.constraints import BaseConstraint


def validate_changed(row: models.Model, changed: Collection[str]) -> None:
    """Raise ValidationError when the values of the changed fields break a constraint of the model.

    A constraint that none of them takes part in holds already, for the database keeps it; to look
    at it again costs a query or three.
    """
    touched = {row._meta.get_field(name).name for name in changed}
    fields = row._meta.concrete_fields
    generated = {field.name for field in fields if field.generated}
    left_alone = {field.name for field in fields if field.unique} - touched
    row.validate_unique(exclude=left_alone | generated)
    refused: dict[str, list[Any]] = {}
    for constraint, looked_at in _constraints_of(type(row)):
        if looked_at & (touched | generated):
            _collect(constraint, row, generated, refused)
    if refused:
        raise ValidationError(refused)


def _collect(
    constraint: BaseConstraint,
    row: models.Model,
    generated: set[str],
    refused: dict[str, list[Any]],
) -> None:
    """Add what the constraint refuses, on its field when it is the uniqueness of one."""
    try:
        constraint.validate(type(row), row, exclude=generated)
    except ValidationError as error:
        fields: tuple[str, ...] = getattr(constraint, "fields", ())
        if getattr(error, "code", None) == "unique" and len(fields) == 1:
            refused.setdefault(fields[0], []).append(error)
        else:
            error.update_error_dict(refused)


@functools.cache
def _constraints_of(model: type[models.Model]) -> list[tuple[BaseConstraint, frozenset[str]]]:
    """The constraints of a model, each with the names of the fields that it looks at."""
    return [(constraint, _fields_of(constraint)) for constraint in model._meta.constraints]


def _fields_of(constraint: BaseConstraint) -> frozenset[str]:
    parts: list[Any] = [getattr(constraint, "condition", None) or models.Q()]
    named: set[str] = set(getattr(constraint, "fields", ()))
    if isinstance(constraint, ExclusionConstraint):
        parts += [part for part, _ in constraint.expressions]
    elif isinstance(constraint, models.UniqueConstraint):
        parts += constraint.expressions
    for part in parts:
        if isinstance(part, str):
            named.add(part)
        else:
            named |= models.Q(part).referenced_base_fields
    return frozenset(named)
