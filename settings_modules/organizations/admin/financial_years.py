"""Financial years: a tab of the organization, and a page for each with what is possible now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin.badges import badge
from core.admin.base import BaseAdmin, BaseTabularInline, Values, display
from core.admin.refusals import shown_text
from settings_modules.organizations.admin.year_pages import YearPages
from settings_modules.organizations.closing_checks import closing_checks
from settings_modules.organizations.errors import YearsOverlap
from settings_modules.organizations.models import FinancialYear, YearStatus
from settings_modules.organizations.selectors.financial_years import (
    Gap,
    gaps_beside,
    today,
    with_neighbours,
    years_in_the_way,
)
from settings_modules.organizations.services.financial_years import (
    create_year,
    remove_year,
    update_year,
)

STATUS_TONES: dict[str, str] = {
    YearStatus.DRAFT: "plain",
    YearStatus.OPEN: "good",
    YearStatus.CLOSED: "warning",
    YearStatus.LOCKED: "danger",
}
_DATES = ("start_date", "end_date")


class FinancialYearForm(ModelForm):
    """Says which years are in the way, where the constraint would only say that some are."""

    class Meta:
        model = FinancialYear
        fields = ("organization", "name", *_DATES, "allow_year_split")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = (values.get(name, getattr(self.instance, name)) for name in _DATES)
        organization = values.get("organization") or self.instance.organization_id
        if organization and start and end:
            key = getattr(organization, "pk", organization)
            names = years_in_the_way(key, start, end, besides=self.instance.pk)
            if names:
                overlap = YearsOverlap(years=", ".join(names))
                self.add_error(_DATES[0] if _DATES[0] in self.fields else None, shown_text(overlap))
        return values


class YearDoor:
    """What the page and the tab share."""

    form: type[forms.ModelForm[Any]] = FinancialYearForm

    @display(description=_("status"), ordering="status")
    def shown_status(self, obj: FinancialYear) -> str:
        return badge(obj.get_status_display(), STATUS_TONES[obj.status]) if obj.pk else "—"

    @display(description=_("in use"), ordering="is_active")
    def shown_active(self, obj: FinancialYear) -> str:
        """The active one, and the one that today is in."""
        marks = []
        if obj.is_active:
            marks.append((badge(_("active"), "good"),))
        if obj.pk and obj.start_date <= today() <= obj.end_date:
            marks.append((badge(_("current"), "info"),))
        return format_html_join(" ", "{}", marks) or "—"

    def create_row(self, obj: FinancialYear, values: Values) -> FinancialYear:
        return create_year(organization=obj.organization, values=values)

    def update_row(self, obj: FinancialYear, values: Values) -> None:
        update_year(year=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: FinancialYear) -> None:
        remove_year(year=obj)


class FinancialYearInline(YearDoor, BaseTabularInline):
    """The years of an organization; each has a page for opening, closing and the rest."""

    model = FinancialYear
    verbose_name_plural = _("Financial years")
    fields = ("name", *_DATES, "allow_year_split", "shown_status", "shown_active")
    readonly_fields = ("shown_status", "shown_active")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[FinancialYear]:
        return super().get_queryset(request).select_related("organization")


def gap_text(gap: Gap) -> str:
    """The days without a year, in the reader's way of writing dates."""
    days = {"first": date_format(gap.first), "last": date_format(gap.last)}
    return str(_("No financial year is set up from %(first)s to %(last)s.") % days)


@admin.register(FinancialYear)
class FinancialYearAdmin(YearDoor, YearPages, BaseAdmin):
    """Every year of every organization that the person sees."""

    list_display = ("name", "organization", *_DATES, "shown_status", "shown_active", "shown_gaps")
    list_filter = ("organization", "status", "is_active")
    search_fields = ("name",)
    ordering = ("organization", "-start_date")
    fieldsets = (
        (None, {"fields": (("organization", "name"), _DATES, "allow_year_split")}),
        (
            _("State"),
            {
                "fields": (
                    ("shown_status", "shown_active"),
                    "shown_gaps",
                    ("audit_noted_at", "audit_noted_by"),
                    "shown_waivers",
                )
            },
        ),
    )
    readonly_fields = (
        *("shown_status", "shown_active", "shown_gaps"),
        *("audit_noted_at", "audit_noted_by", "shown_waivers"),
    )
    empty_text = _(
        "Add the year that today is in, then open it: documents take their numbers there."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FinancialYear]:
        rows = super().get_queryset(request).select_related("organization", "audit_noted_by")
        return with_neighbours(rows)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A year stays with its organization, and keeps its dates once it was opened."""
        if obj is None:
            return self.readonly_fields
        fixed = _DATES if obj.status != YearStatus.DRAFT else ()
        return ("organization", *fixed, *self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing of a locked year changes."""
        is_locked = obj is not None and obj.status == YearStatus.LOCKED
        return not is_locked and bool(super().has_change_permission(request, obj))

    def response_add(self, request: HttpRequest, obj: FinancialYear, *args: Any) -> HttpResponse:
        """Django's answer, with a warning above it when days are left to no year."""
        for gap in gaps_beside(obj).values():
            self.message_user(request, gap_text(gap), messages.WARNING)
        return super().response_add(request, obj, *args)

    @display(description=_("gaps"))
    def shown_gaps(self, obj: FinancialYear) -> str:
        if obj.pk is None:
            return "—"
        gaps = [(badge(gap_text(gap), "warning"),) for gap in gaps_beside(obj).values()]
        return format_html_join(" ", "{}", gaps) or "—"

    @display(description=_("waived when it was closed"))
    def shown_waivers(self, obj: FinancialYear) -> str:
        labels = {check.code: check.label for check in closing_checks()}
        waived = ((labels.get(code, code), why) for code, why in obj.closing_waivers.items())
        return format_html_join("", "<p>{}: <bdi>{}</bdi></p>", waived) or "—"
