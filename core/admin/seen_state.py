"""What somebody saw when a form was shown: signed, so that it comes back as it was sent.

It holds what the form itself shows, personal values included, because history does not have those.
Of a secret it holds a keyed fingerprint only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django import forms
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.crypto import salted_hmac

from core.encryption import EncryptedTextField

SALT = "core.admin.seen_state"
ModelField: TypeAlias = "models.Field[Any, Any]"
_JSON_TYPES = (bool, int, str, list, dict)


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row as a form showed it: its version, its name, and {field: JSON value}."""

    version: int
    name: str
    values: Mapping[str, Any]


def model_inputs(form: forms.ModelForm[Any]) -> Iterator[tuple[str, forms.Field, ModelField]]:
    """The form's inputs for columns and relations of its model, without keys and parents."""
    for name, field in form.fields.items():
        if isinstance(field, forms.models.InlineForeignKeyField):
            continue
        try:
            column: Any = form._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if not getattr(column, "primary_key", False):
            yield name, field, column


def is_secret(field: forms.Field, column: ModelField) -> bool:
    """Whether the value must not leave the server."""
    return (
        isinstance(column, EncryptedTextField)
        or isinstance(field, ReadOnlyPasswordHashField)
        or isinstance(field.widget, forms.PasswordInput)
    )


def stored_values(form: forms.ModelForm[Any]) -> dict[str, Any]:
    """The JSON values of the form's row as it is stored. Ask before the form is cleaned."""
    values: dict[str, Any] = {}
    for name, field, column in model_inputs(form):
        if column.many_to_many:
            values[name] = sorted(row.pk for row in form.initial.get(name, ()))
            continue
        value = column.value_from_object(form.instance)
        if is_secret(field, column):
            values[name] = salted_hmac(SALT, str(value), algorithm="sha256").hexdigest()[:32]
        else:
            values[name] = value if value is None or isinstance(value, _JSON_TYPES) else str(value)
    return values


def restored(column: ModelField, value: Any) -> Any:
    """A JSON value as forms compare it: references stay keys."""
    return value if column.is_relation else column.to_python(value)


def seen_row(form: forms.ModelForm[Any]) -> SeenRow:
    """The form's row as it is stored."""
    return SeenRow(form.instance.version, str(form.instance), stored_values(form))


def sign_rows(model: type[models.Model], rows: Mapping[str, SeenRow]) -> str:
    """One text for rows of a model by their keys."""
    held = {key: [row.version, row.name, dict(row.values)] for key, row in rows.items()}
    return signing.dumps([model._meta.label, held], salt=SALT, compress=True)


def read_rows(model: type[models.Model], text: str) -> dict[str, SeenRow] | None:
    """What `sign_rows` signed; None for a text that is missing, altered or of another model."""
    try:
        label, held = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    if label != model._meta.label:
        return None
    return {key: SeenRow(version, name, values) for key, (version, name, values) in held.items()}
