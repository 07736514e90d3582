"""Bringing every secret under the newest key, so that an old key can be thrown away."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from core.encryption import EncryptedTextField, decrypt, encrypt, key_id
from core.events.services import unit_of_work
from core.fingerprints import FingerprintColumn, fingerprint, fingerprint_columns


def encrypted_fields() -> list[tuple[type[models.Model], str]]:
    """Every model with an encrypted column, and the column's name."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField) and field.model is model
    ]


def rotate_keys(*, batch: int = 500) -> int:
    """Encrypt again, under the newest key, what an older key still holds, and make its
    fingerprints anew; how many values.

    Safe to repeat and to interrupt: each batch commits on its own. When it returns 0 the older
    keys can be taken out of TRADEPOST_FIELD_KEYS. Raises Misconfigured for a value whose key is
    no longer there.
    """
    newest = key_id(settings.FIELD_KEYS[0])
    rotated = 0
    for model, name in encrypted_fields():
        rotated += _rotate_texts(model, name, newest, batch)
    for column in fingerprint_columns():
        rotated += _rotate_fingerprints(column, newest, batch)
    return rotated + _rotate_second_factors(newest, batch)


def _rotate_texts(model: type[models.Model], name: str, newest: str, batch: int) -> int:
    """Encrypt a column's texts again; nobody changes a row between its reading and its writing."""
    stale = (
        model._base_manager.exclude(Q(**{name: ""}) | Q(**{f"{name}__isnull": True}))
        .annotate(stored=Cast(name, models.TextField()))
        .exclude(stored__startswith=f"{newest}:")
        .only("pk", name)
    )
    rotated = 0
    while True:
        with unit_of_work():
            rows = list(stale.select_for_update(of=("self",)).order_by("pk")[:batch])
            model._base_manager.bulk_update(rows, [name])
        if not rows:
            return rotated
        rotated += len(rows)


def _rotate_fingerprints(column: FingerprintColumn, newest: str, batch: int) -> int:
    """Make fingerprints of older keys anew: the text they are of can be read, they cannot."""
    name, known = column.field, column.model._base_manager
    stale = known.exclude(Q(**{name: ""}) | Q(**{f"{name}__startswith": f"{newest}:"}))
    rotated = 0
    while True:
        with unit_of_work():
            rows = list(stale.select_for_update(of=("self",)).order_by("pk")[:batch])
            for row in rows:
                setattr(row, name, fingerprint(column.text_of(row)))
            known.bulk_update(rows, [name])
        if not rows:
            return rotated
        rotated += len(rows)


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
