"""Document numbers: their series, and the ledger of every number issued."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history, without_history
from core.references.fields import references_stay
from settings_modules.organizations.models.financial_years import FinancialYear
from settings_modules.organizations.models.gst_registrations import GstRegistration
from settings_modules.organizations.models.organizations import Organization


class DocumentType(models.TextChoices):
    ORDER = "order", _("order")
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")
    DEBIT_NOTE = "debit_note", _("debit note")
    PURCHASE_ORDER = "purchase_order", _("purchase order")
    QUOTATION = "quotation", _("quotation")
    DELIVERY_NOTE = "delivery_note", _("delivery note")
    RECEIPT = "receipt", _("receipt")
    CONTRACT = "contract", _("contract")


#: Their numbers have at most 16 characters: letters, digits, hyphen and slash (India's CGST
#: Rules 2017, rules 46(b) and 53(1)).
TAX_DOCUMENTS = frozenset({DocumentType.INVOICE, DocumentType.CREDIT_NOTE, DocumentType.DEBIT_NOTE})
#: Their numbers are never printed twice, whatever the year: they alone tell one from another.
TOLD_APART_BY_NUMBER = frozenset({DocumentType.ORDER})
LONGEST_TAX_NUMBER = 16
LONGEST_NUMBER = 40
#: Numbers have at most twelve digits, as the padding has.
LARGEST_NUMBER = 10**12 - 1


def longest_number(document_type: str) -> int:
    """How many characters a printed number of such documents may have."""
    return LONGEST_TAX_NUMBER if document_type in TAX_DOCUMENTS else LONGEST_NUMBER


@track_history(exclude=["last_number"])
class DocumentSeries(EventMixin, VersionedModel):
    """Numbers of one kind of document of one organization, without gaps.

    `last_number` is the last one issued; it is stepped under the row's lock inside the document's
    own transaction, so a number exists exactly when its document does. It is left out of history:
    the ledger shows it.
    """

    event_stream = "document_series"
    organization_lookup = "organization"
    unversioned_fields = ("last_number",)

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="series",
        verbose_name=_("organization"),
    )
    document_type = models.CharField(_("document"), max_length=16, choices=DocumentType)
    reset_annually = models.BooleanField(
        _("begins anew each year"),
        default=False,
        db_default=False,
        help_text=_(
            "The series belongs to one financial year and the next year's begins at 1. Off: one"
            " series counts on through all years."
        ),
    )
    financial_year = models.ForeignKey(
        FinancialYear,
        on_delete=models.PROTECT,
        related_name="series",
        verbose_name=_("financial year"),
        null=True,
        blank=True,
    )
    gst_registration = models.ForeignKey(
        GstRegistration,
        on_delete=models.PROTECT,
        related_name="series",
        verbose_name=_("GST registration"),
        null=True,
        blank=True,
        help_text=_("A branch that numbers its own documents; empty: the whole company."),
    )
    prefix = models.CharField(_("prefix"), max_length=16, blank=True)
    padding = models.PositiveSmallIntegerField(_("digits"), default=6)
    suffix = models.CharField(_("suffix"), max_length=16, blank=True, default="", db_default="")
    first_number = models.PositiveBigIntegerField(
        _("counts from"),
        default=1,
        db_default=1,
        editable=False,
        help_text=_("The first number that the ledger must hold."),
    )
    last_number = models.PositiveBigIntegerField(
        _("last number"), default=0, db_default=0, help_text=_("The last one issued.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("document series")
        verbose_name_plural = _("document series")
        ordering = ["organization", "document_type", "-id"]
        permissions = [
            ("issue_documentseries", _("Can issue document numbers")),
            ("void_documentseries", _("Can void document numbers")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "document_type", "financial_year", "gst_registration"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="organizations_one_active_series",
                violation_error_message=_("There is an active series for this already."),
            ),
            models.CheckConstraint(
                condition=Q(reset_annually=True, financial_year__isnull=False)
                | Q(reset_annually=False, financial_year__isnull=True),
                name="organizations_yearly_series_has_year",
                violation_error_message=_(
                    "A series that begins anew each year belongs to a financial year, another to"
                    " none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(padding__range=(1, 12)),
                name="organizations_series_digits",
                violation_error_message=_("A number has 1 to 12 digits."),
            ),
            models.CheckConstraint(
                condition=Q(first_number__gte=1, last_number__gte=models.F("first_number") - 1),
                name="organizations_last_number_from_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_document_type_display()} {self.prefix}"

    def printed(self, number: int) -> str:
        """The number as documents of the series show it."""
        return f"{self.prefix}{number:0{self.padding}d}{self.suffix}"

    @property
    def next_number(self) -> int:
        """The one issued next."""
        return self.last_number + 1

    @property
    def has_issued(self) -> bool:
        """Whether a number of the series is in the ledger."""
        return self.last_number >= self.first_number


@references_stay(_("Numbers that were issued stay where they were issued."))
@without_history("the ledger is the record itself: rows are added, and voided once")
class IssuedNumber(EventMixin, models.Model):
    """A number that was issued. It stays for good; a voided one says why and is not issued again.

    Organization, document type and year are the series' own at that time.
    """

    event_stream = "document_number"
    organization_lookup = "organization"

    # Series and organization come first in indexes below; voided numbers are few.
    series = models.ForeignKey(
        DocumentSeries,
        on_delete=models.PROTECT,
        related_name="issued",
        verbose_name=_("series"),
        db_index=False,
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization"),
        db_index=False,
    )
    document_type = models.CharField(_("document"), max_length=16, choices=DocumentType)
    financial_year = models.ForeignKey(
        FinancialYear,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("financial year"),
        null=True,
    )
    number = models.PositiveBigIntegerField(_("number"))
    text = models.CharField(_("as printed"), max_length=48)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    einvoice_reference = models.CharField(_("e-invoice reference"), max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=255, null=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("issued by"),
        null=True,
    )
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    voided_at = models.DateTimeField(_("voided"), null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("voided by"),
        null=True,
        db_index=False,
    )
    void_reason = models.CharField(_("why it was voided"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("issued number")
        verbose_name_plural = _("issued numbers")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"], name="organizations_number_issued_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "document_type", "financial_year", "text"],
                nulls_distinct=False,
                name="organizations_number_printed_once",
            ),
            # Of the organization, not the series: a key sent again after the year has turned gets
            # its first answer.
            models.UniqueConstraint(
                fields=["organization", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="organizations_number_once_for_a_key",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="organizations_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text
