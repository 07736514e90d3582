"""`track_history`: a history table beside a model, filled by statement-level triggers.

Triggers see bulk writes and raw SQL as well as `save()`. Each history row keeps the state of the
row after the change (before it, for a delete), when, and the context (see `core.history.context`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

from core.editing.models import VersionedModel, install_version_trigger
from core.history.triggers import DeleteHistory, InsertHistory, UpdateHistory

ModelClass = TypeVar("ModelClass", bound=type[models.Model])
_UNTRACKED: dict[str, str] = {}
_UNTOLD: dict[str, frozenset[str]] = {}


def track_history(*, exclude: list[str] | None = None) -> Callable[[ModelClass], ModelClass]:
    """Class decorator: record every insert, update and delete of the model.

    `exclude` names personal or secret fields, and generated ones, which history must not hold; nor
    do events. The version of a `VersionedModel` steps from then on.
    """

    def decorate(model: ModelClass) -> ModelClass:
        _UNTOLD[model._meta.label] = frozenset(exclude or ())
        if issubclass(model, VersionedModel):
            install_version_trigger(model)
        pghistory.track(
            InsertHistory(),
            UpdateHistory(),
            DeleteHistory(),
            exclude=exclude,
            model_name=f"{model.__name__}History",
            obj_field=pghistory.ObjForeignKey(db_index=True),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # documented: none is kept
            level=pghistory.Statement,
            append_only=True,
            # The library's own key is 32 bits wide: a nightly pull could use it up.
            attrs={"pgh_id": models.BigAutoField(primary_key=True)},
        )(model)
        return model

    return decorate


def without_history(reason: str) -> Callable[[ModelClass], ModelClass]:
    """Class decorator: this model keeps no history, for the stated reason."""

    def decorate(model: ModelClass) -> ModelClass:
        _UNTRACKED[model._meta.label] = reason
        return model

    return decorate


def untold_fields(model: type[models.Model]) -> frozenset[str]:
    """The fields whose values neither history nor events may hold."""
    return _UNTOLD.get(model._meta.label, frozenset())


def is_decided(model: type[models.Model]) -> bool:
    """Whether the model is one of ours, of which each keeps history or states why not."""
    return model._meta.label in _UNTOLD or model._meta.label in _UNTRACKED


def untracked_models() -> dict[str, str]:
    """Model label to the reason why it keeps no history."""
    return dict(_UNTRACKED)
