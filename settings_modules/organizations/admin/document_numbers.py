"""The numbers that were issued: to look at, to void, and what a series lacks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, UncountedPaginator, action, display
from core.admin.directions import left_to_right
from core.admin.widgets import TextInput
from core.tenancy import visible_rows
from settings_modules.organizations.models import DocumentSeries, IssuedNumber
from settings_modules.organizations.selectors.document_numbers import (
    MOST_REPORTED,
    NumberReport,
    report_numbers,
)
from settings_modules.organizations.services.document_numbers import void_number


class VoidForm(forms.Form):
    """Why the number is voided."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=TextInput())


class VoidedFilter(admin.SimpleListFilter):
    """Whether a number was voided."""

    title = gettext_lazy("voided")
    parameter_name = "voided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[IssuedNumber]
    ) -> QuerySet[IssuedNumber]:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(voided_at__isnull=self.value() == "no")


@admin.register(IssuedNumber)
class IssuedNumberAdmin(BaseAdmin):
    """The ledger. Rows come from documents; a person may void one."""

    list_display = (
        "shown_text",
        "organization",
        "document_type",
        "financial_year",
        "purpose",
        "issued_at",
        "state",
    )
    list_display_links = ("shown_text",)
    list_filter = ("organization", "document_type", "financial_year", VoidedFilter)
    list_select_related = ("organization", "financial_year")
    search_fields = ("text", "purpose", "einvoice_reference")
    search_help_text = gettext_lazy("Search number, purpose, e-invoice reference")
    ordering = ("-id",)
    sortable_by = ()
    paginator = UncountedPaginator
    actions_detail = ("void_page",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_text", "state"),
                    ("organization", "financial_year"),
                    ("document_type", "purpose"),
                    "einvoice_reference",
                    ("issued_at", "issued_by"),
                    "request_id",
                    ("voided_at", "voided_by"),
                    "void_reason",
                )
            },
        ),
    )
    readonly_fields = ("shown_text", "state")
    empty_text = gettext_lazy("Every number that a document takes appears here.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuedNumber]:
        rows = super().get_queryset(request)
        return rows.select_related("organization", "financial_year", "issued_by", "voided_by")

    @display(description=gettext_lazy("number"), ordering="text")
    def shown_text(self, obj: IssuedNumber) -> str:
        return left_to_right(obj.text)

    @display(description=gettext_lazy("state"))
    def state(self, obj: IssuedNumber) -> str:
        return badge(_("issued"), "good") if obj.voided_at is None else badge(_("voided"), "danger")

    def has_void_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may void numbers of series."""
        return bool(request.user.has_perm("organizations.void_documentseries"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Voiding is offered once."""
        offered: list[Any] = super().get_actions_detail(request, object_id)
        is_open = IssuedNumber.objects.filter(pk=object_id, voided_at=None).exists()
        return offered if is_open else []

    @action(
        description=gettext_lazy("Void"),
        url_path="void",
        permissions=["void"],
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def void_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then void the number."""
        issued = self.get_object(request, object_id)
        if issued is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def perform(values: dict[str, Any]) -> str:
            void_number(issued=issued, reason=values["reason"])
            return _("%(row)s: voided.") % {"row": issued}

        return ActionPage(
            title=_("Void number %(number)s") % {"number": issued.text},
            explanation=_("The number stays in the ledger, marked as void, and is not used again."),
            submit_label=_("Void"),
            back_url=self.page_url("change", issued.pk),
            perform=perform,
            form_class=VoidForm,
            is_dangerous=True,
        ).answer(self, request)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.gaps_view)
        name = "organizations_issuednumber_gaps"
        return [path("series/<int:series_id>/gaps/", view, name=name), *super().get_urls()]

    def gaps_view(self, request: HttpRequest, series_id: int) -> HttpResponse:
        """What the ledger of a series lacks, and what was printed twice."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = visible_rows(DocumentSeries.objects.select_related("organization"), request.user)
        series = rows.filter(pk=series_id).first() if series_id < 2**63 else None
        if series is None:
            raise Http404
        report = report_numbers(series)
        back = reverse("admin:organizations_organization_change", args=[series.organization_id])
        return ActionPage(
            title=_("Gaps: %(series)s") % {"series": series},
            explanation=_told(report),
            submit_label="",
            back_url=back,
            perform=lambda _values: "",
            facts=_facts(series, report),
            is_offered=False,
        ).answer(self, request)


def _told(report: NumberReport) -> str:
    if report.last_number < report.first_number:
        return _("No number was issued yet.")
    if not report.missing and not report.duplicated:
        return _("From %(first)s to %(last)s no number is missing and none was printed twice.") % {
            "first": number_format(report.first_number),
            "last": number_format(report.last_number),
        }
    told: str = _("%(missing)s numbers are missing, %(twice)s were printed twice.") % {
        "missing": number_format(report.missing),
        "twice": number_format(report.duplicated),
    }
    if max(len(report.gaps), len(report.duplicates)) == MOST_REPORTED:
        told += " " + _("Only the first %(most)s are shown.") % {"most": MOST_REPORTED}
    return told


def _facts(series: DocumentSeries, report: NumberReport) -> list[tuple[str, str]]:
    gaps = []
    for gap in report.gaps:
        first, last = series.printed(gap.first), series.printed(gap.last)
        gaps.append((_("Missing"), first if gap.first == gap.last else f"{first} – {last}"))
    return gaps + [(_("Printed twice"), text) for text in report.duplicates]
