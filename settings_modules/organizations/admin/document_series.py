"""The tab of an organization's page with its document series."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.base import BaseTabularInline, Values, display
from core.admin.directions import left_to_right
from settings_modules.organizations.models import DocumentSeries, FinancialYear, GstRegistration
from settings_modules.organizations.services.document_series import (
    FIXED_FIELDS,
    create_series,
    remove_series,
    update_series,
)


class DocumentSeriesInline(BaseTabularInline):
    """The numbers an organization's documents get. A used series is switched off; one that never
    issued a number can be removed."""

    model = DocumentSeries
    fields = (*FIXED_FIELDS, "last_number", "is_active", "next_printed", "numbers")
    readonly_fields = ("next_printed", "numbers")
    verbose_name_plural = gettext_lazy("Document series")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentSeries]:
        rows = super().get_queryset(request)
        return rows.select_related("organization", "financial_year", "gst_registration")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Years and registrations of one organization are few."""
        return []

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Only the years and registrations of the page's organization, read once for all rows."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name in _OWN:
            rows = _OWN[db_field.name].objects.filter(organization_id=_page_key(request))
            field.queryset = rows
            read: dict[str, Any] = request.__dict__.setdefault("series_choices", {})
            if db_field.name not in read:
                choices = [(row.pk, str(row)) for row in rows[:_MOST_CHOICES]]
                read[db_field.name] = [("", "—"), *choices]
            field.choices = read[db_field.name]
        return field

    @display(description=gettext_lazy("next number"))
    def next_printed(self, obj: DocumentSeries) -> str:
        return left_to_right(obj.printed(obj.next_number)) if obj.pk else "—"

    @display(description=gettext_lazy("numbers"))
    def numbers(self, obj: DocumentSeries) -> str:
        """The way to what was issued, and to what is missing."""
        if not obj.pk:
            return "—"
        ledger = reverse("admin:organizations_issuednumber_changelist")
        gaps = reverse("admin:organizations_issuednumber_gaps", args=[obj.pk])
        return format_html(
            '<a class="tp-link" href="{}?series__id__exact={}">{}</a> · '
            '<a class="tp-link" href="{}">{}</a>',
            *(ledger, obj.pk, _("Issued"), gaps, _("Gaps")),
        )

    def create_row(self, obj: DocumentSeries, values: Values) -> DocumentSeries:
        return create_series(organization=obj.organization, values=values)

    def update_row(self, obj: DocumentSeries, values: Values) -> None:
        update_series(series=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: DocumentSeries) -> None:
        remove_series(series=obj)


_OWN: dict[str, Any] = {"financial_year": FinancialYear, "gst_registration": GstRegistration}
_MOST_CHOICES = 200


def _page_key(request: HttpRequest) -> int | None:
    """The organization of the page; none on the page that adds one."""
    match = request.resolver_match
    key = match.kwargs.get("object_id", "") if match is not None else ""
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
