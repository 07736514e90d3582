"""What things cost, by price list. There is no other price."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.enums import Ownership
from catalog.models.products import Product
from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import translated_field
from core.money import grouped_number


@track_history()
class PriceList(EventMixin, VersionedModel):
    """Prices in one currency for one kind of customer."""

    event_stream = "price_list"

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = translated_field(models.CharField(_("name"), max_length=200, blank=True))
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217 code"))
    is_active = models.BooleanField(_("active"), default=True)
    zoho_pricebook_id = models.CharField(
        _("Zoho price list"), max_length=32, null=True, blank=True, unique=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="catalog_pricelist_currency_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


@track_history()
class Price(VersionedModel):
    """The price of one product from a minimum quantity on, in the currency of its list.

    A price that staff set here is `ours`: a pull does not overwrite it until staff give it back.
    """

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="prices", verbose_name=_("price list")
    )
    product = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        related_name="prices",
        verbose_name=_("product"),
        db_index=False,  # the unique constraint begins with it
    )
    minimum_quantity = models.DecimalField(
        _("from quantity"),
        max_digits=15,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.001"))],
    )
    amount = models.DecimalField(
        _("price"), max_digits=15, decimal_places=3, validators=[MinValueValidator(Decimal(0))]
    )
    ownership = models.CharField(
        _("ownership"), max_length=8, choices=Ownership, default=Ownership.LOCAL
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["price_list", "minimum_quantity"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "price_list", "minimum_quantity"], name="catalog_price_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="catalog_price_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_quantity__gt=0), name="catalog_price_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {grouped_number(self.amount)} {self.price_list.currency}"
