"""Two people on one form: the second is told what the first changed, and loses nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from core.admin.row_history import changes_since_version

SEEN_VERSION = "seen_version"


def _conflict_messages(row: models.Model, version: int) -> list[str]:
    actor, changes = changes_since_version(row, version)
    head = _(
        "%(actor)s changed this record while you were editing. Your values are kept below;"
        " save again to put them over the following:"
    ) % {"actor": actor or _("Somebody else")}
    lines = [
        f"{change.label}: {change.before or '—'} → {change.after or '—'}" for change in changes
    ]
    return [head, *lines]


def versioned_form(form_class: type[Any]) -> type[Any]:
    """A form class that remembers which version was shown and refuses once when it is stale."""

    class VersionedForm(form_class):
        seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput())

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.fields[SEEN_VERSION].initial = self.instance.version

        def clean(self) -> Any:
            cleaned = super().clean()
            seen = self.cleaned_data.get(SEEN_VERSION)
            current = self.instance.version
            if self.instance.pk and seen is not None and seen != current:
                for message in _conflict_messages(self.instance, seen):
                    self.add_error(None, message)
                # What was seen now includes the other change: the next save is a decision.
                data: Any = self.data  # type: ignore[has-type]
                self.data = data.copy()
                self.data[self.add_prefix(SEEN_VERSION)] = str(current)
            return cleaned

    return VersionedForm
