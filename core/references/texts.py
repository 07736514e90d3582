"""References and collisions in words, in English and Arabic at once, as errors carry them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.errors import FieldError
from core.references.collisions import Collision
from core.references.plans import MergePlan
from core.references.selectors import Reference


def _told_twice(field: str, code: str, tell: Callable[[], str]) -> FieldError:
    with override("en"):
        english = tell()
    with override("ar"):
        arabic = tell()
    return FieldError(field, code, english, arabic)


def reference_details(references: list[Reference]) -> list[FieldError]:
    """One detail for each kind of reference: how many rows of what, and the first of them."""
    return [
        _told_twice(f"{one.model}.{one.field}", "still_in_use", partial(_in_words, one))
        for one in references
    ]


def collision_details(plan: MergePlan) -> list[FieldError]:
    """One detail for each colliding pair, and one for those that the reader may not see."""
    details = [
        _told_twice(pair.referring.label, "merge_collides", partial(collision_text, pair))
        for pair in plan.collisions
    ]
    if plan.untold_collisions:
        details.append(_told_twice("", "merge_collides", partial(untold_text, plan)))
    return details


def kind_of(label: str) -> str:
    """What rows of the model with that label are called, in the language of the screen."""
    return str(capfirst(apps.get_model(label)._meta.verbose_name_plural))


def _in_words(reference: Reference) -> str:
    field: Any = apps.get_model(reference.model)._meta.get_field(reference.field)
    head = _("%(kind)s (%(field)s): %(count)s") % {
        "kind": kind_of(reference.model),
        "field": field.verbose_name,
        "count": reference.count,
    }
    if not reference.rows:
        return head
    return f"{head} · " + ", ".join(row.text for row in reference.rows)


def collision_text(collision: Collision) -> str:
    """Which rows of which model collide, and by which rule."""
    model: type[models.Model] = collision.referring.model
    text = _("%(kind)s: “%(row)s” and “%(twin)s” cannot both refer to one record.") % {
        "kind": capfirst(model._meta.verbose_name_plural),
        "row": collision.row,
        "twin": collision.twin,
    }
    return f"{text} {collision.rule}" if collision.rule else text


def untold_text(plan: MergePlan) -> str:
    """How many pairs are in the way that the reader may not see."""
    return ngettext(
        "%(count)s pair of rows that you may not see collides as well.",
        "%(count)s pairs of rows that you may not see collide as well.",
        plan.untold_collisions,
    ) % {"count": plan.untold_collisions}
