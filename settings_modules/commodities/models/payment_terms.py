"""When and how is paid."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history.tracking import track_history
from settings_modules.commodities.enums import ChargeBearer, LetterOfCredit, PaymentMethod
from settings_modules.commodities.models.terms import TermMaster

#: Ten years: a due date beyond it is a slip of the pen.
LONGEST_CREDIT_DAYS = 3650
_BY_LC = [PaymentMethod.LC.value]
_NO_METHODS = Q(payment_methods_supported=[])


def _choices(verbose_name: Any, choices: type[models.TextChoices]) -> ArrayField[Any, Any]:
    return ArrayField(
        models.CharField(max_length=8, choices=choices),
        verbose_name=verbose_name,
        default=list,
        blank=True,
        db_default=[],
    )


@track_history()
class PaymentTerm(TermMaster):
    """When and how is paid: `payment_percentage` of the amount with the invoice, the rest `days`
    later. Without a currency it holds for any; without payment methods every one is taken."""

    event_stream = "payment_term"
    own_fields = (
        *("days", "payment_percentage", "currency", "supports_multi_currency"),
        *("supports_letter_of_credit", "lc_types_supported", "lc_confirmation_required"),
        *("bank_charges_borne_by", "forex_adjustment_applicable"),
        *("payment_methods_supported", "swift_required"),
    )

    days = models.PositiveIntegerField(
        _("days of credit"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_CREDIT_DAYS)],
        help_text=_("From the day of the invoice; empty: at once."),
    )
    payment_percentage = models.DecimalField(
        _("paid in advance, percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        default="",
        db_default="",
        help_text=_("ISO code; empty: any."),
    )
    supports_multi_currency = models.BooleanField(_("several currencies"), default=False)
    supports_letter_of_credit = models.BooleanField(_("by letter of credit"), default=False)
    lc_types_supported = _choices(_("letters of credit"), LetterOfCredit)
    lc_confirmation_required = models.BooleanField(_("confirmed LC only"), default=False)
    bank_charges_borne_by = models.CharField(
        _("bank charges are paid by"),
        max_length=8,
        choices=ChargeBearer,
        blank=True,
        default="",
        db_default="",
    )
    forex_adjustment_applicable = models.BooleanField(_("forex adjustment"), default=False)
    payment_methods_supported = _choices(_("payment methods"), PaymentMethod)
    swift_required = models.BooleanField(_("SWIFT code required"), default=False)

    class Meta(TermMaster.Meta):
        verbose_name = _("payment term")
        verbose_name_plural = _("payment terms")
        constraints = [
            *TermMaster.Meta.constraints,
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__lte=LONGEST_CREDIT_DAYS),
                name="commodities_credit_at_most_ten_years",
                violation_error_message=_("Credit is given for at most ten years."),
            ),
            models.CheckConstraint(
                condition=Q(payment_percentage__isnull=True)
                | Q(payment_percentage__range=(0, 100)),
                name="commodities_advance_is_percent",
                violation_error_message=_("An advance is 0 to 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(currency="") | Q(currency__regex=r"^[A-Z]{3}$"),
                name="commodities_payment_currency_code",
                violation_error_message=_("A currency is three capital letters."),
            ),
            models.CheckConstraint(
                condition=Q(supports_letter_of_credit=True, lc_types_supported__len__gte=1)
                | Q(
                    supports_letter_of_credit=False,
                    lc_types_supported__len=0,
                    lc_confirmation_required=False,
                ),
                name="commodities_lc_and_its_types",
                violation_error_message=_(
                    "A term by letter of credit names its kinds; another has none."
                ),
            ),
            models.CheckConstraint(
                condition=_NO_METHODS
                | Q(supports_letter_of_credit=True, payment_methods_supported__contains=_BY_LC)
                | (
                    Q(supports_letter_of_credit=False)
                    & ~Q(payment_methods_supported__contains=_BY_LC)
                ),
                name="commodities_lc_is_a_method",
                violation_error_message=_(
                    "The payment methods hold LC exactly when it is by letter of credit."
                ),
            ),
        ]
