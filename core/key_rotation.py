"""Bringing every secret under the newest key, so that an old key can be thrown away."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from core.encryption import EncryptedTextField, decrypt, encrypt, key_id
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
    return rotated + _rotate_second_factors(newest, batch)


#: Where allauth keeps what it encrypts: a text, or a list of texts.
_SECOND_FACTOR_SECRETS = ("secret", "seed", "migrated_codes")


def _rotate_second_factors(newest: str, batch: int) -> int:
    """The same for the secrets of second factors, which lie within JSON."""
    rotated, last = 0, 0
    while rows := list(Authenticator.objects.filter(pk__gt=last).order_by("pk")[:batch]):
        last = rows[-1].pk
        changed = [row for row in rows if _renew(row.data, newest)]
        with unit_of_work():
            Authenticator.objects.bulk_update(changed, ["data"])
        rotated += len(changed)
    return rotated


def _renew(data: dict[str, Any], newest: str) -> bool:
    """Whether something in `data` was held by an older key and now is by the newest."""
    is_changed = False
    for name in _SECOND_FACTOR_SECRETS:
        held = data.get(name)
        texts = [held] if isinstance(held, str) else held or []
        if any(not text.startswith(f"{newest}:") for text in texts):
            renewed = [encrypt(decrypt(text)) for text in texts]
            data[name] = renewed[0] if isinstance(held, str) else renewed
            is_changed = True
    return is_changed
