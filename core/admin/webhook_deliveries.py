"""What was sent to webhooks, and each call."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.badges import badge
from core.admin.base import BaseAdmin, BaseTabularInline, UncountedPaginator, action, display
from core.admin.events import EventTypeFilter, ExactTextFilter, pretty_json
from core.admin.labels import event_in_words
from core.webhooks.delivery_log import replay_delivery
from core.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookState

STATE_TONES: dict[str, str] = {
    WebhookState.PENDING: "info",
    WebhookState.DONE: "good",
    WebhookState.FAILED: "danger",
}


class SentTypeFilter(EventTypeFilter):
    """The declared types; the column is named otherwise than that of events."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(event_type=self.value()) if self.value() else queryset


class WebhookAttemptInline(BaseTabularInline):
    """The calls of a delivery, first to last."""

    model = WebhookAttempt
    fields = ("started_at", "status", "failure", "duration_ms", "answer")
    readonly_fields = fields
    ordering = ("id",)
    tab = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(BaseAdmin):
    """One event on its way to one webhook; kept for 30 days."""

    list_display = (
        "created_at",
        "shown_type",
        "endpoint",
        "shown_state",
        "attempts",
        "next_attempt_at",
    )
    list_display_links = ("created_at", "shown_type")
    list_filter = ("endpoint", "state", SentTypeFilter, ("event_id", ExactTextFilter))
    list_filter_submit = True
    list_select_related = ("endpoint",)
    ordering = ("-id",)
    sortable_by = ()
    paginator = UncountedPaginator
    inlines = (WebhookAttemptInline,)
    actions = ("replay",)
    fieldsets = (
        (None, {"fields": ("endpoint", "shown_type", "shown_state", "webhook_id", "event_id")}),
        (_("Attempts"), {"fields": ("attempts", "next_attempt_at", "give_up_at", "finished_at")}),
        (_("Data"), {"fields": ("shown_body",)}),
    )
    readonly_fields = ("shown_type", "shown_state", "webhook_id", "shown_body")
    empty_text = _("Events that are sent to webhooks appear here, with every attempt.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        """With the webhook, but not its secrets."""
        rows = super().get_queryset(request).select_related("endpoint")
        return rows.defer("endpoint__secret", "endpoint__previous_secret")

    def has_replay_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change deliveries may send them again."""
        return bool(request.user.has_perm("core.change_webhookdelivery"))

    @action(description=_("Send again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        done = _("%(row)s: will be sent again.")
        self.for_each(request, queryset, lambda row: replay_delivery(delivery=row), done)

    @display(description=_("event"))
    def shown_type(self, obj: WebhookDelivery) -> str:
        return event_in_words(obj.event_type)

    @display(description=_("state"))
    def shown_state(self, obj: WebhookDelivery) -> str:
        return badge(obj.get_state_display(), STATE_TONES.get(obj.state, "plain"))

    @display(description=_("message id"))
    def webhook_id(self, obj: WebhookDelivery) -> str:
        return obj.webhook_id

    @display(description=_("sent text"))
    def shown_body(self, obj: WebhookDelivery) -> str:
        return pretty_json(json.loads(obj.body))
