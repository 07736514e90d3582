"""`VersionedModel`: a row that says which state of it somebody has seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Columns that say nothing about what a person sees, in every model that has them.
_BOOKKEEPING = frozenset({"version", "updated_at"})


class VersionedModel(models.Model):
    """A model that people edit. `version` steps with every change of the row, however it is made.

    A trigger does it, so bulk writes and raw SQL count too; it is installed by `track_history`.
    Columns named in `unversioned_fields` may change without a step: what the system writes for
    itself, so that nobody's form goes stale by it.
    """

    unversioned_fields: ClassVar[Iterable[str]] = ()

    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    class Meta:
        abstract = True


def install_version_trigger(model: type[VersionedModel]) -> None:
    """Step the version of a row of `model` whenever one of its seen columns gets another value."""
    generated = [f.name for f in model._meta.concrete_fields if f.generated]
    unseen = sorted({*_BOOKKEEPING, *model.unversioned_fields, *generated})
    names = {field.name for field in model._meta.concrete_fields}
    pgtrigger.register(
        pgtrigger.Trigger(
            name="step_version",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=[name for name in unseen if name in names]),
            func="NEW.version = OLD.version + 1; RETURN NEW;",
        )
    )(model)
