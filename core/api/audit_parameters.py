"""The query parameters of the audit trail, cleaned and bounded; unknown ones are not looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from core.api.pagination import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE
from core.api.parameters import refuse_form
from core.context import Source
from core.history.selectors import AuditQuestion, audited_fields

#: OFFSET beyond this is nobody's page.
LARGEST_PAGE = 5_000
_SENT_AS = {"since": "from", "until": "to"}


class InstantField(forms.CharField):
    """An ISO 8601 instant with its offset from UTC: without one it would be anybody's guess."""

    default_error_messages = {
        "invalid": "Send a time with its offset, such as 2026-01-31T09:00:00Z."
    }

    def clean(self, value: object) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            instant = parse_datetime(text)
            if instant is not None and instant.tzinfo is not None:
                # PostgreSQL takes no offset of 16 hours and more, which ISO 8601 allows.
                return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class AuditForm(forms.Form):
    """`from` is inclusive, `to` exclusive; a page size above 200 is taken as 200."""

    actor = forms.RegexField(r"^(system|user:\d{1,18})$", required=False)
    source = forms.ChoiceField(choices=[(str(door), str(door)) for door in Source], required=False)
    since = InstantField(max_length=40, required=False)
    until = InstantField(max_length=40, required=False)
    field = forms.ChoiceField(required=False)
    page = forms.IntegerField(min_value=1, max_value=LARGEST_PAGE, required=False)
    page_size = forms.IntegerField(min_value=1, required=False)

    def add_prefix(self, field_name: str) -> str:
        """The parameter's name on the wire: `from` and `to` cannot be attributes."""
        return _SENT_AS.get(field_name, field_name)


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """A cleaned question and the page asked for, from 1."""

    question: AuditQuestion
    page: int
    page_size: int

    @property
    def skip(self) -> int:
        """How many entries lie before the page."""
        return (self.page - 1) * self.page_size


def read_audit_query(
    sent: QueryDict, model: type[models.Model] | None = None, *, reader: Any
) -> AuditQuery:
    """The question that `reader` asks by a query string. Raises InvalidInput.

    `field` must be a tracked one of `model`; without a model it is not looked at.
    """
    form = AuditForm(sent)
    if model is None:
        del form.fields["field"]
    else:
        names = [field.name for field in audited_fields(model)]
        form.fields["field"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
    if not form.is_valid():
        refuse_form(form)
    cleaned = form.cleaned_data
    return AuditQuery(
        question=AuditQuestion(
            actor=cleaned["actor"],
            source=cleaned["source"],
            since=cleaned["since"],
            until=cleaned["until"],
            field=cleaned.get("field", ""),
            reader=reader,
        ),
        page=cleaned["page"] or 1,
        page_size=min(cleaned["page_size"] or DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE),
    )
