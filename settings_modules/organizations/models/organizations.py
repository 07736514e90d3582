"""The companies of ours."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.uploads.fields import CheckedImageField


class Plan(models.TextChoices):
    """How often an organization's people may call the API; `ORGANIZATION_PLANS` has figures."""

    STANDARD = "standard", _("standard")
    PLUS = "plus", _("plus")
    LARGE = "large", _("large")


class OrganizationType(models.TextChoices):
    """The legal form."""

    PROPRIETORSHIP = "proprietorship", _("sole proprietorship")
    PARTNERSHIP = "partnership", _("partnership")
    LLP = "llp", _("limited liability partnership")
    PRIVATE_LIMITED = "private_limited", _("private limited company")
    PUBLIC_LIMITED = "public_limited", _("public limited company")
    COOPERATIVE = "cooperative", _("cooperative")
    TRUST = "trust", _("trust")
    GOVERNMENT = "government", _("government body")
    OTHER = "other", _("other")


def _rate(verbose_name: Any, **more: Any) -> models.DecimalField[Any, Any]:
    """A percentage with three decimals: 0.1 % is a usual rate."""
    return models.DecimalField(
        verbose_name, max_digits=6, decimal_places=3, null=True, blank=True, **more
    )


def _text(verbose_name: Any, length: int, **more: Any) -> models.CharField[Any, Any]:
    return models.CharField(
        verbose_name, max_length=length, blank=True, default="", db_default="", **more
    )


def _flag(verbose_name: Any, **more: Any) -> models.BooleanField[Any, Any]:
    return models.BooleanField(verbose_name, default=False, db_default=False, **more)


_PERSONAL = ["contact_email", "contact_phone", "audit_firm_email", "audit_firm_phone"]


@track_history(exclude=_PERSONAL)
class Organization(EventMixin, VersionedModel):
    """A company of ours. Exactly one is the selling one: its series number the orders."""

    event_stream = "organization"
    organization_lookup = "pk"

    name = models.CharField(_("name"), max_length=200, unique=True)
    legal_name = _text(_("legal name"), 255)
    organization_type = _text(_("legal form"), 20, choices=OrganizationType)
    is_seller = models.BooleanField(_("sells in the shop"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    plan = models.CharField(
        _("plan"),
        max_length=20,
        choices=Plan,
        default=Plan.STANDARD,
        db_default=Plan.STANDARD,
        help_text=_("How many calls of the API a minute its people have."),
    )

    pan = _text("PAN", 10, help_text=_("India: five letters, four digits, a letter."))
    cin = _text("CIN", 21, help_text=_("India: the 21 characters of the company register."))
    base_currency = models.CharField(
        _("base currency"),
        max_length=3,
        default="IQD",
        db_default="IQD",
        help_text=_("ISO code; amounts of this company are in it unless a document says another."),
    )
    fx_enabled = _flag(
        _("foreign currencies"),
        help_text=_("Off: documents of this company are in its base currency alone."),
    )

    address_line1 = _text(_("address"), 255)
    address_line2 = _text(_("address, second line"), 255)
    city = _text(_("city"), 128)
    state = _text(pgettext_lazy("part of a country", "state"), 128)
    pincode = _text(_("postal code"), 16)
    country = _text(_("country"), 2, help_text=_("ISO code of two letters."))
    contact_email = models.EmailField(_("e-mail"), blank=True, default="", db_default="")
    contact_phone = _text(_("phone"), 32)

    threshold_limit = models.DecimalField(
        _("e-invoice threshold"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_(
            "Turnover of a financial year, in the base currency, from which e-invoices are"
            " required. Empty: only the switch beside counts."
        ),
    )
    einvoice_required = _flag(
        _("e-invoice required"),
        help_text=_("Tax documents of this company need an e-invoice reference."),
    )
    auto_block_if_einvoice_required = _flag(
        _("block without e-invoice"),
        help_text=_(
            "While e-invoices are required, a tax document without an e-invoice reference gets no"
            " number. Off: it gets one, with a warning."
        ),
    )
    tds_rate = _rate(_("TDS rate"), help_text=_("Percent; tax deducted at source."))
    tcs_rate = _rate(_("TCS rate"), help_text=_("Percent; tax collected at source."))
    gst_audit_required = _flag(
        _("GST audit required"),
        help_text=_("A financial year closes only once its audit is noted in the checklist."),
    )
    audit_firm_name = _text(_("audit firm"), 255)
    audit_firm_email = models.EmailField(
        _("e-mail of the audit firm"), blank=True, default="", db_default=""
    )
    audit_firm_phone = _text(_("phone of the audit firm"), 32)
    auto_invoice = _flag(
        _("invoice by itself"),
        help_text=_("An order takes an invoice number when it ships."),
    )
    auto_contract_number = _flag(
        _("number contracts by itself"),
        help_text=_("A contract takes its number when it is confirmed."),
    )
    bank_changes_need_approval = _flag(
        _("bank changes need a second person"),
        help_text=_("A bank account is added, changed or removed only once somebody else agrees."),
    )

    logo = CheckedImageField(
        _("logo"),
        upload_to="organizations/logos",
        blank=True,
        default="",
        db_default="",
        served_by="admin:organizations_organization_logo",
    )
    digital_signature = CheckedImageField(
        _("signature"),
        upload_to="organizations/signatures",
        blank=True,
        default="",
        db_default="",
        served_by="admin:organizations_organization_digital_signature",
        help_text=_("Printed below documents."),
    )
    theme_color = _text(
        _("colour"),
        7,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write it as #1a73e8."))],
        help_text=_("Of printed documents, as #1a73e8."),
    )
    invoice_footer = _text(_("footer of invoices"), 1024)
    extra_config = models.JSONField(_("further settings"), default=dict, blank=True, db_default={})

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_seller"],
                condition=models.Q(is_seller=True),
                name="organizations_one_seller",
            ),
            models.CheckConstraint(
                condition=models.Q(tds_rate__isnull=True) | models.Q(tds_rate__range=(0, 100)),
                name="organizations_tds_rate_is_percent",
                violation_error_message=_("A rate is between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=models.Q(tcs_rate__isnull=True) | models.Q(tcs_rate__range=(0, 100)),
                name="organizations_tcs_rate_is_percent",
                violation_error_message=_("A rate is between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=models.Q(threshold_limit__isnull=True) | models.Q(threshold_limit__gte=0),
                name="organizations_threshold_not_negative",
                violation_error_message=_("The threshold cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
