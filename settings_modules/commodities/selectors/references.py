"""What uses a commodity from outside."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from core.references.fields import referring_fields
from core.references.selectors import Reference, references_to
from settings_modules.commodities.models import Commodity


def _part_labels() -> set[tuple[str, str]]:
    """Model and field of what belongs to a commodity: it would go with it."""
    return {
        (referring.model._meta.label, referring.field.name)
        for referring in referring_fields(Commodity)
        if referring.field.remote_field.on_delete is models.CASCADE
    }


def part_models() -> set[str]:
    """The labels of the models whose rows belong to a commodity."""
    return {label for label, _ in _part_labels()}


def outside_references(commodity: Commodity) -> list[Reference]:
    """What refers to the stored commodity, its own varieties, parameters and the like left out."""
    parts = _part_labels()
    return [one for one in references_to(commodity) if (one.model, one.field) not in parts]


def used_commodities() -> models.Q:
    """The commodities that anything from outside refers to, as a condition for a query."""
    parts = _part_labels()
    used = models.Q(pk__in=[])
    for referring in referring_fields(Commodity):
        model = apps.get_model(referring.model._meta.label)
        if (model._meta.label, referring.field.name) not in parts:
            rows = model._base_manager.filter(**{referring.field.name: models.OuterRef("pk")})
            used |= models.Q(models.Exists(rows))
    return used
