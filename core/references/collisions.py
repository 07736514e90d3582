"""Rows that could not both refer to the one record that is left, found before anything changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.lookups import PostgresOperatorLookup

from core.references.fields import ReferringField
from core.references.yielding import yielded_flag

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Colliding pairs of one rule that are told by name.
MOST_TOLD = 20
_EQUAL, _SAME = "=", "IS NOT DISTINCT FROM"


@dataclass(frozen=True, slots=True)
class Collision:
    """Two rows of one model of which only one may refer to a record.

    `row` refers to the merged record, `twin` to the kept one. `rule` is the message of the rule,
    "" when it has none.
    """

    referring: ReferringField
    row: models.Model
    twin: models.Model
    rule: StrOrPromise


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """What must be unique together: pairs of an expression and how it is compared."""

    parts: tuple[tuple[Any, str], ...]
    condition: Q
    message: StrOrPromise


def find_collisions(
    referring: ReferringField, *, kept: models.Model, merged: models.Model
) -> list[Collision]:
    """The first colliding rows of each rule; a query for each rule, one more when rows collide."""
    found: list[Collision] = []
    for rule in _rules(referring):
        found += _colliding(referring, rule, kept, merged)
    return found


def _rules(referring: ReferringField) -> Iterator[Uniqueness]:
    """Every uniqueness that the referring field takes part in."""
    meta, name = referring.model._meta, referring.field.name
    if referring.field.many_to_many:
        return
    if referring.field.unique:
        yield Uniqueness((), Q(), "")
    for fields in meta.unique_together:
        if name in fields:
            yield Uniqueness(_columns(fields, name, _EQUAL), Q(), "")
    for constraint in meta.constraints:
        if yielded_flag(referring.model, constraint):
            continue
        rule = _rule_of(constraint, name)
        if rule is not None:
            yield rule


def _rule_of(constraint: Any, name: str) -> Uniqueness | None:
    """The constraint as a rule about rows that refer by that field; None when it has no part."""
    if isinstance(constraint, ExclusionConstraint):
        pairs = [
            (F(expression) if isinstance(expression, str) else expression, str(operator))
            for expression, operator in constraint.expressions
        ]
        if F(name) not in [expression for expression, _ in pairs]:
            return None
        parts = tuple(pair for pair in pairs if pair[0] != F(name))
    elif isinstance(constraint, models.UniqueConstraint) and name in constraint.fields:
        operator = _SAME if constraint.nulls_distinct is False else _EQUAL
        parts = _columns(constraint.fields, name, operator)
    else:
        return None
    message = constraint.violation_error_message
    is_own = message != constraint.default_violation_error_message
    return Uniqueness(parts, constraint.condition or Q(), message if is_own else "")


def _columns(fields: Any, name: str, operator: str) -> tuple[tuple[Any, str], ...]:
    return tuple((F(field), operator) for field in fields if field != name)


def _colliding(
    referring: ReferringField, rule: Uniqueness, kept: models.Model, merged: models.Model
) -> list[Collision]:
    twins = referring.rows_of(kept).filter(rule.condition)
    outer = {F(field.name): OuterRef(field.name) for field in referring.model._meta.concrete_fields}
    for expression, operator in rule.parts:
        same: Any = PostgresOperatorLookup(expression, expression.replace_expressions(outer))
        same.postgres_operator = operator
        twins = twins.filter(same)
    pairs = list(
        referring.rows_of(merged)
        .filter(rule.condition)
        .annotate(twin_key=Subquery(twins.order_by("pk").values("pk")[:1]))
        .filter(twin_key__isnull=False)
        .order_by("pk")
        .values_list("pk", "twin_key")[:MOST_TOLD]
    )
    if not pairs:
        return []
    rows = _named_rows(referring.model, {key for pair in pairs for key in pair})
    return [Collision(referring, rows[row], rows[twin], rule.message) for row, twin in pairs]


def _named_rows(model: type[models.Model], keys: set[Any]) -> dict[Any, models.Model]:
    """The rows with what their names may be made of."""
    parents = [field.name for field in model._meta.fields if field.is_relation]
    rows = model._base_manager.select_related(*parents).filter(pk__in=keys)
    return {row.pk: row for row in rows}
