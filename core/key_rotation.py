"""Bringing every secret under the newest key, so that an old key can be thrown away."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from core.encryption import EncryptedTextField, key_id
from core.events.services import unit_of_work


def encrypted_fields() -> list[tuple[type[models.Model], str]]:
    """Every model with an encrypted column, and the column's name."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField) and field.model is model
    ]


def rotate_keys(*, batch: int = 500) -> int:
    """Encrypt again, under the newest key, what an older key still holds; how many values.

    Safe to repeat and to interrupt: each batch commits on its own. When it returns 0 the older
    keys can be taken out of TRADEPOST_FIELD_KEYS. Raises Misconfigured for a value whose key is
    no longer there.
    """
    newest = key_id(settings.FIELD_KEYS[0])
    rotated = 0
    for model, name in encrypted_fields():
        stale = model._base_manager.exclude(
            models.Q(**{name: ""}) | models.Q(**{f"{name}__isnull": True})
        ).annotate(stored=Cast(name, models.TextField()))
        while rows := list(
            stale.exclude(stored__startswith=f"{newest}:").order_by("pk").only("pk", name)[:batch]
        ):
            with unit_of_work():
                model._base_manager.bulk_update(rows, [name])
            rotated += len(rows)
    return rotated
