"""The financial years of a company."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from settings_modules.organizations.models.organizations import Organization


class YearStatus(models.TextChoices):
    """Draft years are planned, open ones take documents; closed ones may reopen, locked not."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    LOCKED = "locked", _("locked")


_ENDS_BEFORE_START = _("The last day comes before the first.")


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class _YearLater(Func):
    """The day before the same day of the next year."""

    template = "((%(expressions)s + INTERVAL '1 year')::date - 1)"
    output_field = models.DateField()


@track_history()
class FinancialYear(EventMixin, VersionedModel):
    """A financial year of an organization. Years of one organization do not overlap.

    While an organization has years beyond drafts, exactly one of them is active: documents take
    their numbers in it. A closed year stays active until another one takes its place.
    """

    event_stream = "financial_year"
    organization_lookup = "organization"

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="financial_years",
        verbose_name=_("organization"),
    )
    name = models.CharField(
        _("name"),
        max_length=32,
        blank=True,
        help_text=_("Such as FY 2026-27. Empty: made from the dates."),
    )
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"))
    status = models.CharField(
        _("status"), max_length=8, choices=YearStatus, default=YearStatus.DRAFT, editable=False
    )
    is_active = models.BooleanField(_("active"), default=False, editable=False)
    allow_year_split = models.BooleanField(
        _("may be shorter than a year"),
        default=False,
        help_text=_(
            "For the first year of a company, or when the year's beginning moves: the year may be"
            " shorter than twelve months and may be split in two. Off: it is twelve whole months."
        ),
    )
    audit_noted_at = models.DateTimeField(_("audit noted"), null=True, blank=True, editable=False)
    audit_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("audit noted by"),
        null=True,
        blank=True,
        editable=False,
    )
    #: Code of the closing check to the reason why the year was closed in spite of it.
    closing_waivers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        _("waived when it was closed"), default=dict, db_default={}, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("financial year")
        verbose_name_plural = _("financial years")
        ordering = ["organization", "-start_date"]
        permissions = [
            ("close_financialyear", _("Can close and lock financial years")),
            ("reopen_financialyear", _("Can ask for and agree to reopening financial years")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(is_active=True),
                name="organizations_one_active_year",
                violation_error_message=_("Another financial year is the active one."),
            ),
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="organizations_year_name_once",
                violation_error_message=_("Another financial year has this name."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | ~Q(status=YearStatus.DRAFT),
                name="organizations_active_year_is_no_draft",
                violation_error_message=_("A draft year cannot be the active one."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__gt=F("start_date")),
                name="organizations_year_ends_after_start",
                violation_error_message=_ENDS_BEFORE_START,
            ),
            models.CheckConstraint(
                condition=Q(end_date__lte=_YearLater(F("start_date"))),
                name="organizations_year_at_most_twelve_months",
                violation_error_message=_("A financial year is at most twelve months long."),
            ),
            models.CheckConstraint(
                condition=Q(allow_year_split=True) | Q(end_date=_YearLater(F("start_date"))),
                name="organizations_year_is_whole",
                violation_error_message=_(
                    "A financial year is twelve whole months, unless it may be shorter."
                ),
            ),
            ExclusionConstraint(
                name="organizations_years_do_not_overlap",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    (
                        _DateRange(F("start_date"), F("end_date"), RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The dates overlap another financial year."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Told before the constraints are asked: PostgreSQL makes no range of such dates."""
        if self.start_date and self.end_date and self.end_date <= self.start_date:
            raise ValidationError({"end_date": _ENDS_BEFORE_START})
