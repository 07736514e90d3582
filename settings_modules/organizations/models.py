"""The companies that sell, and the series their document numbers come from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history


@track_history()
class Organization(EventMixin, VersionedModel):
    """A company of ours. Exactly one is the selling one: its series number the orders."""

    event_stream = "organization"

    name = models.CharField(_("name"), max_length=200, unique=True)
    is_seller = models.BooleanField(_("sells in the shop"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

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
        ]

    def __str__(self) -> str:
        return self.name


class DocumentType(models.TextChoices):
    ORDER = "order", _("order")


@track_history(exclude=["next_number"])
class DocumentSeries(EventMixin, VersionedModel):
    """Numbers of one kind of document of one organization, without gaps.

    `next_number` is taken under the row's lock inside the document's own transaction, so a number
    exists exactly when its document does. It is left out of history: the documents show it.
    """

    event_stream = "document_series"
    unversioned_fields = ("next_number",)

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="series",
        verbose_name=_("organization"),
    )
    document_type = models.CharField(_("document"), max_length=16, choices=DocumentType)
    prefix = models.CharField(_("prefix"), max_length=16, blank=True)
    padding = models.PositiveSmallIntegerField(_("digits"), default=6)
    next_number = models.PositiveBigIntegerField(_("next number"), default=1)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("document series")
        verbose_name_plural = _("document series")
        ordering = ["organization", "document_type"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "document_type"],
                condition=models.Q(is_active=True),
                name="organizations_one_active_series",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_document_type_display()} {self.prefix}"
