"""What happened, and what is still to be delivered."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin.actors import actor_name, actor_names
from core.admin.badges import badge
from core.admin.base import BaseAdmin, UncountedPaginator, action, display
from core.admin.filters import FieldTextFilter, RangeDateTimeFilter
from core.admin.labels import event_in_words, record_in_words, shown_reason, source_name
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.registry import event_types
from core.events.relay import retry_dead_letter

STATE_TONES: dict[str, str] = {
    DeliveryState.PENDING: "info",
    DeliveryState.DONE: "good",
    DeliveryState.DEAD: "danger",
    DeliveryState.DISCARDED: "warning",
}


class EventTypeFilter(admin.SimpleListFilter):
    """The declared types; asking the table for the distinct ones would read all of it."""

    title = _("event")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(declared.name, _(declared.meaning).rstrip(".")) for declared in event_types()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class ExactTextFilter(FieldTextFilter):
    """A typed value that must match as it is, so that an index can find it."""

    def __init__(  # noqa: PLR0917  (Django calls it so)
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: Any,
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        given = params.pop(field_path, None)
        self.lookup_kwarg = field_path
        self.lookup_val = given[-1] if isinstance(given, list) else given
        if self.lookup_val:
            self.used_parameters[field_path] = self.lookup_val

    def expected_parameters(self) -> list[str | None]:
        return [self.lookup_kwarg]


def pretty_json(value: Any) -> str:
    """JSON as an indented block, in its own direction on every page."""
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return format_html('<pre class="tp-data" dir="ltr">{}</pre>', text)


@admin.register(Event)
class EventAdmin(BaseAdmin):
    """The record of what happened. It is only ever added to."""

    list_display = (
        "occurred_at",
        "shown_type",
        "stream",
        "actor_name",
        "shown_source",
        "short_request_id",
    )
    list_display_links = ("occurred_at", "shown_type")
    list_filter = (
        EventTypeFilter,
        ("stream_type", ExactTextFilter),
        ("stream_id", ExactTextFilter),
        ("actor", ExactTextFilter),
        ("request_id", ExactTextFilter),
        ("occurred_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    ordering = ("-id",)
    sortable_by = ()
    paginator = UncountedPaginator
    fieldsets = (
        (None, {"fields": ("shown_type", "type", "stream", "position", "occurred_at")}),
        (_("Origin"), {"fields": ("actor_name", "shown_source", "request_id", "shown_reason")}),
        (_("Data"), {"fields": ("shown_data", "schema_version", "previous_hash")}),
    )
    readonly_fields = (
        "shown_type",
        "stream",
        "actor_name",
        "shown_source",
        "shown_reason",
        "shown_data",
    )
    empty_text = _("Events appear here when somebody edits, orders, ships or synchronises.")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with the names of all its actors fetched at once."""
        listed = super().get_changelist_instance(request)
        names = actor_names((event.actor, event.source) for event in listed.result_list)
        for event in listed.result_list:
            event.actor_shown = names[event.actor, event.source]
        return listed

    @display(description=_("record"))
    def stream(self, obj: Event) -> str:
        return record_in_words(obj.stream_type, obj.stream_id)

    @display(description=_("what happened"))
    def shown_type(self, obj: Event) -> str:
        return event_in_words(obj.type)

    @display(description=_("source"))
    def shown_source(self, obj: Event) -> str:
        return source_name(obj.source)

    @display(description=_("reason"))
    def shown_reason(self, obj: Event) -> str:
        return shown_reason(obj.reason, obj.actor)

    @display(description=_("by"))
    def actor_name(self, obj: Event) -> str:
        shown: str = getattr(obj, "actor_shown", "") or actor_name(obj.actor, obj.source)
        return shown

    @display(description=_("request"))
    def short_request_id(self, obj: Event) -> str:
        return obj.request_id[:12]

    @display(description=_("data"))
    def shown_data(self, obj: Event) -> str:
        return pretty_json(obj.data)


@admin.register(EventDelivery)
class EventDeliveryAdmin(BaseAdmin):
    """Events on their way to subscribers; a dead letter holds back the later ones of its stream."""

    list_display = ("subscriber", "shown_state", "record", "attempts", "next_attempt_at", "failure")
    list_filter = ("state", ("subscriber", ExactTextFilter), ("event_id", ExactTextFilter))
    list_filter_submit = True
    ordering = ("-next_attempt_at",)
    sortable_by = ()
    paginator = UncountedPaginator
    actions = ("retry",)
    fieldsets = (
        (None, {"fields": ("subscriber", "shown_state", "event_id", "record", "position")}),
        (_("Attempts"), {"fields": ("attempts", "next_attempt_at", "finished_at", "last_error")}),
    )
    readonly_fields = ("shown_state", "record")
    empty_text = _("Nothing is waiting and nothing has failed.")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; one of dead letters that is empty says that all is well."""
        listed = super().get_changelist_instance(request)
        if request.GET.get("state__exact") == DeliveryState.DEAD:
            listed.empty_title = _("No dead letters")
            listed.empty_text = _("Every event has reached its subscribers.")
        return listed

    def has_retry_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change deliveries may try dead letters again."""
        return bool(request.user.has_perm("core.change_eventdelivery"))

    @action(description=_("Try dead letters again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[EventDelivery]) -> None:
        dead = queryset.filter(state=DeliveryState.DEAD)
        self.for_each(
            request,
            dead,
            lambda row: retry_dead_letter(delivery=row),
            _("%(row)s will be tried again."),
        )

    @display(description=_("state"), ordering="state")
    def shown_state(self, obj: EventDelivery) -> str:
        return badge(obj.get_state_display(), STATE_TONES.get(obj.state, "plain"))

    @display(description=_("record"))
    def record(self, obj: EventDelivery) -> str:
        return record_in_words(obj.stream_type, obj.stream_id)

    @display(description=_("last error"))
    def failure(self, obj: EventDelivery) -> str:
        return obj.last_error[:120] or "—"
