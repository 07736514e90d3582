"""The words of a contract: kinds of trade and bargain, and terms of passing, weighing, delivery."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import translated_field


class TermMaster(EventMixin, VersionedModel):
    """What every term has. English names and codes are there once, whatever their capitals.

    `own_fields` are those that a kind of terms has beside these.
    """

    own_fields: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(
        _("code"), max_length=20, null=True, blank=True, help_text=_("Your own, such as FOB.")
    )
    name = translated_field(models.CharField(_("name"), max_length=100, blank=True))
    description = translated_field(models.TextField(_("description"), blank=True))
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True
        ordering = ["name_en", "id"]
        constraints = [
            models.UniqueConstraint(
                Upper("code"),
                name="%(app_label)s_%(class)s_code_once",
                violation_error_message=_("Another one has this code."),
            ),
            models.UniqueConstraint(
                Upper("name_en"),
                condition=~Q(name_en=""),
                name="%(app_label)s_%(class)s_name_once",
                violation_error_message=_("Another one has this name."),
            ),
            models.CheckConstraint(
                condition=~Q(name_en="", name_ar="", name_ckb="", name_hi=""),
                name="%(app_label)s_%(class)s_named",
                violation_error_message=_("Give a name in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


@track_history()
class TradeType(TermMaster):
    """A kind of trade, such as purchase or transfer."""

    event_stream = "trade_type"

    class Meta(TermMaster.Meta):
        verbose_name = _("trade type")
        verbose_name_plural = _("trade types")


@track_history()
class BargainType(TermMaster):
    """How a bargain is struck, such as a firm offer."""

    event_stream = "bargain_type"
    own_fields = ("requires_approval",)

    requires_approval = models.BooleanField(
        _("requires approval"),
        default=False,
        help_text=_("A second person agrees before such a bargain counts."),
    )

    class Meta(TermMaster.Meta):
        verbose_name = _("bargain type")
        verbose_name_plural = _("bargain types")


@track_history()
class PassingTerm(TermMaster):
    """By what goods are accepted, such as a sample."""

    event_stream = "passing_term"
    own_fields = ("requires_quality_test",)

    requires_quality_test = models.BooleanField(
        _("requires a quality test"),
        default=False,
        help_text=_("The goods are tested before they are accepted."),
    )

    class Meta(TermMaster.Meta):
        verbose_name = _("passing term")
        verbose_name_plural = _("passing terms")


@track_history()
class WeightmentTerm(TermMaster):
    """Where and by whom goods are weighed. The percentage is taken off the weight found there."""

    event_stream = "weightment_term"
    own_fields = ("weight_deduction_percent",)

    weight_deduction_percent = models.DecimalField(
        _("deduction of weight, percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta(TermMaster.Meta):
        verbose_name = _("weightment term")
        verbose_name_plural = _("weightment terms")
        constraints = [
            *TermMaster.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weight_deduction_percent__isnull=True)
                | Q(weight_deduction_percent__range=(0, 100)),
                name="commodities_weight_deduction_is_percent",
                violation_error_message=_("A deduction is 0 to 100 percent."),
            ),
        ]


@track_history()
class DeliveryTerm(TermMaster):
    """Where goods change hands, and what the price includes until then."""

    event_stream = "delivery_term"
    own_fields = ("includes_freight", "includes_insurance")

    includes_freight = models.BooleanField(_("includes freight"), default=False)
    includes_insurance = models.BooleanField(_("includes insurance"), default=False)

    class Meta(TermMaster.Meta):
        verbose_name = _("delivery term")
        verbose_name_plural = _("delivery terms")
