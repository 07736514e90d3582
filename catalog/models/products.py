"""What is sold, and how it is sorted."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.i18n import language_columns, translated, translated_field
from core.text_search import FoldedText


@track_history()
class Category(EventMixin, VersionedModel):
    """A shelf. Shoppers see it when a sellable product stands on it."""

    event_stream = "category"

    name = translated_field(models.CharField(_("name"), max_length=200, blank=True))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    zoho_category_id = models.CharField(
        _("Zoho category"), max_length=32, null=True, blank=True, unique=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name_en", "name_ar", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~(
                    models.Q(name_en="")
                    & models.Q(name_ar="")
                    & models.Q(name_ckb="")
                    & models.Q(name_hi="")
                ),
                name="catalog_category_named",
            ),
        ]

    def __str__(self) -> str:
        return translated(self, "name")


@track_history(exclude=["search_text"])
class Product(EventMixin, VersionedModel):
    """One thing on sale, kept under our id and, when it came from Zoho, under Zoho's.

    `zoho_modified_at` and `zoho_content_hash` are what the last pull saw, so that an unchanged item
    is not written again.
    """

    event_stream = "product"
    unversioned_fields = ("zoho_modified_at", "zoho_content_hash")

    sku = models.CharField(_("SKU"), max_length=100, null=True, blank=True)
    name = translated_field(models.CharField(_("name"), max_length=500, blank=True))
    description = translated_field(models.TextField(_("description"), blank=True))
    barcode = models.CharField(_("barcode"), max_length=64, blank=True)
    unit = models.CharField(_("unit"), max_length=32, blank=True)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    image_url = models.URLField(_("picture"), max_length=500, blank=True)
    cdn_image_url = models.URLField(_("picture on the CDN"), max_length=500, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_stock_tracked = models.BooleanField(_("stock is tracked"), default=True)
    zoho_item_id = models.CharField(_("Zoho item"), max_length=32, null=True, blank=True)
    zoho_modified_at = models.DateTimeField(_("changed in Zoho"), null=True, blank=True)
    zoho_content_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    search_text = models.GeneratedField(
        expression=FoldedText(
            *language_columns("name"),
            *language_columns("description"),
            "barcode",
            Coalesce("sku", models.Value("")),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["id"]
        indexes = [
            GinIndex(OpClass("search_text", "gin_trgm_ops"), name="catalog_product_search"),
            models.Index(
                fields=["id"], condition=models.Q(is_active=True), name="catalog_product_active"
            ),
        ]
        constraints = [
            # Not `unique=True`, which would add an index for LIKE that nothing uses.
            models.UniqueConstraint(fields=["sku"], name="catalog_product_sku_unique"),
            models.UniqueConstraint(fields=["zoho_item_id"], name="catalog_product_zoho_unique"),
            models.CheckConstraint(
                condition=~models.Q(sku=""), name="catalog_product_sku_not_empty"
            ),
            models.CheckConstraint(
                condition=~(
                    models.Q(name_en="")
                    & models.Q(name_ar="")
                    & models.Q(name_ckb="")
                    & models.Q(name_hi="")
                ),
                name="catalog_product_named",
            ),
        ]

    def __str__(self) -> str:
        return translated(self, "name")
