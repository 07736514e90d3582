"""Codes of goods and services in the Indian goods and services tax."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history
from core.text_search import FoldedText
from settings_modules.commodities.enums import CodeKind

#: Characters of a description where a code is chosen.
_SHOWN = 80


class JoinedText(models.Func):
    """Texts one after the other."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.CharField()


@track_history(exclude=["key", "search_text", "search_words"])
class TaxCode(EventMixin, VersionedModel):
    """An HSN code of goods, 2 to 8 digits, or a SAC of services, 2 to 6. Its rates are dated rows
    of their own; a code without one takes that of the longest shorter code which has one. `key` is
    kind and code in one, such as hsn:5201, by which files name it."""

    event_stream = "tax_code"

    kind = models.CharField(_("kind"), max_length=3, choices=CodeKind, default=CodeKind.HSN)
    code = models.CharField(_("code"), max_length=8)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    key = models.GeneratedField(
        expression=JoinedText("kind", models.Value(":"), "code"),
        output_field=models.CharField(max_length=12),
        db_persist=True,
        unique=True,
        verbose_name=_("kind and code"),
    )
    search_text = models.GeneratedField(
        expression=FoldedText("code", "description"),
        output_field=models.TextField(),
        db_persist=True,
    )
    search_words = models.GeneratedField(
        expression=SearchVector("description", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("tax code")
        verbose_name_plural = _("tax codes")
        ordering = ["kind", "code"]
        indexes = [
            models.Index(
                OpClass("code", name="text_pattern_ops"), name="commodities_tax_code_prefix"
            ),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="commodities_tax_code_text"),
            GinIndex(fields=["search_words"], name="commodities_tax_code_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="commodities_tax_code_once",
                violation_error_message=_("This code is there already."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2,8}$"),
                name="commodities_tax_code_digits",
                violation_error_message=_("A code is two to eight digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def choice_text(self) -> str:
        """The code with the beginning of its description."""
        return f"{self.code} · {Truncator(self.description).chars(_SHOWN)}".removesuffix(" · ")
