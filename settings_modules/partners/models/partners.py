"""The people and companies we trade with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Coalesce, Upper
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.text_search import FoldedText
from settings_modules.partners.enums import Language, PartnerRole, PartnerStatus, every_role_set

#: Who somebody is: neither history nor events hold it.
PERSONAL = ("name", "name_ar", "legal_name", "phone", "email", "pan")
LONGEST_TERM = 3650


def _text(verbose_name: Any, length: int, **more: Any) -> models.CharField[Any, Any]:
    return models.CharField(
        verbose_name, max_length=length, blank=True, default="", db_default="", **more
    )


def only_customer() -> list[str]:
    """The roles of whoever orders in the shop."""
    return [PartnerRole.CUSTOMER.value]


@track_history(exclude=[*PERSONAL, "search_text"])
class BusinessPartner(EventMixin, VersionedModel):
    """A customer, supplier, transporter or broker, or several of these at once.

    Shoppers are known by the phone number in E.164 form. A partner that was merged into another one
    is switched off and leads to it by `merged_into`. Personal fields stay out of history.
    """

    event_stream = "partner"

    code = models.CharField(
        _("code"), max_length=40, null=True, blank=True, help_text=_("Your own, such as SUP-001.")
    )
    name = models.CharField(_("name"), max_length=200)
    name_ar = _text(_("name in Arabic"), 200)
    legal_name = _text(_("legal name"), 255)
    roles = ArrayField(
        models.CharField(max_length=16, choices=PartnerRole),
        verbose_name=_("roles"),
        default=only_customer,
        db_default=[PartnerRole.CUSTOMER.value],
    )
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=PartnerStatus,
        default=PartnerStatus.ACTIVE,
        db_default=PartnerStatus.ACTIVE.value,
        help_text=_("From blocked ones the shop takes no orders."),
    )
    is_active = models.BooleanField(_("active"), default=True, db_default=True)
    language = _text(_("language"), 8, choices=Language)
    phone = PhoneNumberField(_("phone"), null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    pan = _text("PAN", 10, help_text=_("India: five letters, four digits, a letter."))
    currency = _text(_("currency"), 3, help_text=_("ISO code; the credit limit is in it."))
    credit_limit = models.DecimalField(
        _("credit limit"),
        max_digits=18,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: none was agreed. Zero: cash only."),
    )
    payment_days = models.PositiveIntegerField(
        _("payment within days"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_TERM)],
    )
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="partners_served",
        verbose_name=_("salesperson"),
        null=True,
        blank=True,
    )
    zoho_contact_id = models.CharField(
        _("Zoho contact"), max_length=32, null=True, blank=True, unique=True
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="merged_partners",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, null=True)
    search_text = models.GeneratedField(
        expression=FoldedText(
            Coalesce("code", Value("")),
            "name",
            "name_ar",
            "legal_name",
            Coalesce(Cast("phone", models.CharField()), Value("")),
            "email",
            "pan",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("business partner")
        verbose_name_plural = _("business partners")
        ordering = ["name", "id"]
        indexes = [
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="partners_search"),
            GinIndex(fields=["roles"], name="partners_roles"),
        ]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="partners_code_once",
                violation_error_message=_("Another partner has this code."),
            ),
            models.CheckConstraint(
                condition=Q(roles__in=every_role_set()),
                name="partners_roles_known",
                violation_error_message=_("Choose at least one role, each of them once."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in PartnerStatus]),
                name="partners_status_known",
                violation_error_message=_("There is no such status."),
            ),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0) & ~Q(currency=""),
                name="partners_credit_in_a_currency",
                violation_error_message=_("A credit limit is not negative and has a currency."),
            ),
            models.CheckConstraint(
                condition=Q(payment_days__isnull=True) | Q(payment_days__lte=LONGEST_TERM),
                name="partners_payment_within_ten_years",
                violation_error_message=_("Payment is due within ten years."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (Q(is_active=False) & ~Q(merged_into=F("id"))),
                name="partners_merged_is_switched_off",
                violation_error_message=_("A partner merged into another one is switched off."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
