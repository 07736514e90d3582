"""A record as its answer has it, read the short way where there is one.

DRF asks each field of each record for its attribute and then for its form, ten calls for a text
that is answered as it is stored. What a field does of its own is left to it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from rest_framework import fields, relations, serializers

_TEXT = frozenset({str})
#: Fields whose values of these types are answered as they are.
_AS_STORED: dict[type, frozenset[type]] = {
    fields.CharField: _TEXT,
    fields.EmailField: _TEXT,
    fields.URLField: _TEXT,
    fields.SlugField: _TEXT,
    fields.IntegerField: frozenset({int}),
    fields.BooleanField: frozenset({bool}),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One value of the answer: `read` from the record; None and values of the `plain` types are
    answered as they are, others in the form that `form` gives them."""

    name: str
    read: Callable[[Any], Any]
    plain: frozenset[type]
    form: Callable[[Any], Any]


def columns(serializer: serializers.ModelSerializer[Any]) -> list[Column]:
    """The values that the serializer answers, in its order."""
    model: type[models.Model] = serializer.Meta.model
    stored = {field.name: field for field in model._meta.concrete_fields}
    return [
        _column(name, field, stored.get(field.source or ""))
        for name, field in serializer.fields.items()
        if not field.write_only
    ]


def represented(row: Any, answered: list[Column]) -> dict[str, Any]:
    """The record in these columns."""
    answer = {}
    for column in answered:
        try:
            value = column.read(row)
        except fields.SkipField:
            continue
        if value is not None and type(value) not in column.plain:
            value = column.form(value)
        answer[column.name] = value
    return answer


def _column(name: str, field: Any, stored: models.Field[Any, Any] | None) -> Column:
    """`stored` is the column that the field is of; None: it is of something else."""
    own = type(field)
    if stored is not None and _is_key(field):
        return Column(name, operator.attrgetter(stored.attname), frozenset({int}), _itself)
    if isinstance(field, relations.RelatedField):
        return Column(name, _itself, frozenset(), lambda row: _related(field, row))
    is_plain = stored is not None and own.get_attribute is fields.Field.get_attribute
    read = operator.attrgetter(field.source) if is_plain else field.get_attribute
    return Column(name, read, _AS_STORED.get(own, frozenset()), field.to_representation)


def _is_key(field: Any) -> bool:
    """Whether the field answers the key of another row, as it is stored in the record."""
    keyed = relations.PrimaryKeyRelatedField
    own = type(field)
    return (
        issubclass(own, keyed)
        and own.get_attribute is keyed.get_attribute
        and own.to_representation is keyed.to_representation
        and field.pk_field is None
    )


def _related(field: Any, row: Any) -> Any:
    """What DRF does: the attribute may be a stand-in for the key of a row that is not there."""
    found = field.get_attribute(row)
    key = found.pk if isinstance(found, relations.PKOnlyObject) else found
    return None if key is None else field.to_representation(found)


def _itself(value: Any) -> Any:
    return value
