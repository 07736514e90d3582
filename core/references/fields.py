"""Which columns of which models can refer to a row, found in the models themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import pghistory.models
from django.db import models

from core.history.tracking import is_decided

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ModelClass = TypeVar("ModelClass", bound=type[models.Model])
_STAYING: dict[str, StrOrPromise] = {}


def references_stay(reason: StrOrPromise) -> Callable[[ModelClass], ModelClass]:
    """Class decorator: rows of this model keep referring to what they were written for.

    For ledgers and what must agree with them. Merging two records leaves such references alone, so
    the merged one stays; people are told the reason.
    """

    def decorate(model: ModelClass) -> ModelClass:
        _STAYING[model._meta.label] = reason
        return model

    return decorate


@dataclass(frozen=True, slots=True)
class ReferringField:
    """A reference of `model`: a foreign key, a one-to-one or a many-to-many field of it."""

    model: type[models.Model]
    field: Any

    @property
    def label(self) -> str:
        """Such as "catalog.Product.category"."""
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def stays_because(self) -> str:
        """Why a merge leaves these references alone; "" when it does not."""
        return str(_STAYING.get(self.model._meta.label, ""))

    def rows_of(self, row: models.Model) -> models.QuerySet[Any]:
        """The rows that refer to `row` by this field."""
        return self.model._base_manager.filter(**{self.field.name: row})


@cache
def referring_fields(model: type[models.Model]) -> tuple[ReferringField, ...]:
    """Every field by which a row of `model` can be in use, in the order of their labels.

    Left out are history tables, which tell of the past and refer to what is gone as well, and
    tables of installed packages that are removed together with the row: a person's sessions.
    """
    relations: list[Any] = [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete
    ]
    found = [ReferringField(one.related_model, one.field) for one in relations if _is_use(one)]
    return tuple(sorted(found, key=lambda referring: referring.label))


def _is_use(relation: Any) -> bool:
    """Whether a row on the other side of the relation uses the one on this side."""
    other = relation.related_model
    if not relation.is_relation or issubclass(other, pghistory.models.Event):
        return False
    # The table between the two sides of a many-to-many field; the field itself counts.
    if other._meta.auto_created or other._meta.proxy:
        return False
    on_delete = getattr(relation, "on_delete", None)
    return is_decided(other) or on_delete is not models.CASCADE
