"""What a person filtered a list by, kept under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from core.editing.models import VersionedModel
from core.events.mixins import EventMixin
from core.history.tracking import track_history


class Surface(models.TextChoices):
    """Where a list is: each of the two has parameters of its own."""

    ADMIN = "admin", _("back office")
    API = "api", _("API")


_KIND_OF_QUERY = Func("query", function="jsonb_typeof", output_field=models.TextField())


# A name and what is searched for may say who somebody is: neither history nor events hold them.
@track_history(exclude=["name", "query"])
class SavedFilter(EventMixin, VersionedModel):
    """The query of one list: parameter to its values, as `core.saved_filters.queries` has it.

    `record_type` is the model of the list's records, such as "commodities.commodity". A shared one
    is seen by everybody who may see the list.
    """

    event_stream = "saved_filter"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        verbose_name=_("owner"),
    )
    surface = models.CharField(_("where"), max_length=8, choices=Surface)
    record_type = models.CharField(_("records"), max_length=100)
    name = models.CharField(_("name"), max_length=100)
    query = models.JSONField(_("filters"))
    is_shared = models.BooleanField(_("shared"), default=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "id"]
        # Everybody of the staff keeps their own; sharing asks for the permission of the records.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "owner",
                "surface",
                "record_type",
                Upper("name"),
                name="core_savedfilter_name_once",
                violation_error_message=_("You have a filter of this name for the list."),
            ),
            models.CheckConstraint(
                condition=Exact(_KIND_OF_QUERY, Value("object")),
                name="core_savedfilter_query_object",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="core_savedfilter_name_given"),
            models.CheckConstraint(
                condition=Q(surface__in=["admin", "api"]), name="core_savedfilter_surface_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["record_type", "surface"],
                condition=Q(is_shared=True),
                name="core_savedfilter_shared",
            ),
        ]

    def __str__(self) -> str:
        return self.name
