"""Which tax code goods of a name have, how that is known, and where it is contradicted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.text_search import FoldedText
from settings_modules.commodities.enums import ConflictKind, KnowledgeSource
from settings_modules.commodities.models.categories import CommodityCategory
from settings_modules.commodities.models.tax_codes import TaxCode


def _person(verbose_name: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=verbose_name,
        null=True,
        blank=True,
        editable=False,
    )


@track_history(exclude=["folded_name"])
class HsnKnowledge(EventMixin, VersionedModel):
    """Goods of this name have this tax code, with a confidence of 0 to 1.

    Only a person verifies it. Rates are not held here: a suggestion shows the dated rate of the
    code.
    """

    event_stream = "hsn_knowledge"
    unversioned_fields = ("usage_count",)

    commodity_name = models.CharField(_("goods"), max_length=200)
    category = models.ForeignKey(
        CommodityCategory,
        on_delete=models.PROTECT,
        related_name="hsn_knowledge",
        verbose_name=_("category"),
        null=True,
        blank=True,
    )
    tax_code = models.ForeignKey(
        TaxCode, on_delete=models.PROTECT, related_name="knowledge", verbose_name=_("HSN code")
    )
    source = models.CharField(
        _("source"),
        max_length=8,
        choices=KnowledgeSource,
        default=KnowledgeSource.MANUAL,
        editable=False,
    )
    confidence = models.DecimalField(
        _("confidence"),
        max_digits=3,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 to 1."),
    )
    is_verified = models.BooleanField(_("verified"), default=False, editable=False)
    verified_by = _person(_("verified by"))
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    usage_count = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    folded_name = models.GeneratedField(
        expression=FoldedText("commodity_name"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("HSN knowledge")
        verbose_name_plural = _("HSN knowledge")
        ordering = ["commodity_name", "id"]
        permissions = [("verify_hsnknowledge", _("Can verify codes and decide conflicts"))]
        indexes = [
            models.Index(fields=["folded_name"], name="commodities_knowledge_exact"),
            GinIndex(
                OpClass("folded_name", name="gin_trgm_ops"), name="commodities_knowledge_name"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                FoldedText("commodity_name"),
                "tax_code",
                name="commodities_knowledge_once",
                violation_error_message=_("This name has this code already."),
            ),
            models.CheckConstraint(
                condition=Q(confidence__range=(0, 1)),
                name="commodities_knowledge_confidence",
                violation_error_message=_("A confidence is 0 to 1."),
            ),
            models.CheckConstraint(
                condition=~Q(commodity_name=""),
                name="commodities_knowledge_named",
                violation_error_message=_("Name the goods."),
            ),
            models.CheckConstraint(
                condition=Q(is_verified=True, verified_at__isnull=False)
                | Q(is_verified=False, verified_at__isnull=True, verified_by__isnull=True),
                name="commodities_knowledge_verified_at",
                violation_error_message=_("What is verified says when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commodity_name} → {self.tax_code}"


@track_history()
class TaxCodeConflict(EventMixin, VersionedModel):
    """Knowledge that is contradicted, until a person decides. `goods` is the folded name."""

    event_stream = "tax_code_conflict"

    kind = models.CharField(_("kind"), max_length=20, choices=ConflictKind, editable=False)
    goods = models.CharField(_("goods"), max_length=200, editable=False)
    knowledge = models.ForeignKey(
        HsnKnowledge,
        on_delete=models.CASCADE,
        related_name="conflicts",
        verbose_name=_("HSN knowledge"),
        editable=False,
    )
    kept = models.ForeignKey(
        TaxCode,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("code kept"),
        null=True,
        blank=True,
        editable=False,
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="", editable=False)
    decided_by = _person(_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("conflict of tax codes")
        verbose_name_plural = _("conflicts of tax codes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["goods", "kind"],
                condition=Q(decided_at__isnull=True),
                name="commodities_conflict_open_once",
                violation_error_message=_("This conflict is open already."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False)
                | Q(decided_by__isnull=True, kept__isnull=True),
                name="commodities_conflict_decided_at",
                violation_error_message=_("What is decided says when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goods}: {self.get_kind_display()}"
