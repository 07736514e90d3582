"""What happened, and what is still to be delivered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.actors import actor_name, actor_names
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, UncountedPaginator, action, display
from core.admin.filters import FieldTextFilter, RangeDateTimeFilter
from core.admin.labels import event_in_words, record_in_words, shown_reason, source_name
from core.admin.widgets import TextInput
from core.events.models import DeliveryState, Event, EventDelivery
from core.events.registry import event_types
from core.events.relay import discard_dead_letter, retry_dead_letter
from core.events.verification_runs import VERIFY_EVENTS
from core.jobs.control import start_job
from core.jobs.selectors import may_control

STATE_TONES: dict[str, str] = {
    DeliveryState.PENDING: "info",
    DeliveryState.DONE: "good",
    DeliveryState.DEAD: "danger",
    DeliveryState.DISCARDED: "warning",
}

#: How many dead letters one confirmation page names and discards.
MOST_DISCARDED = 200


class DiscardForm(forms.Form):
    """Why the dead letter is given up."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=TextInput())


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
            self.used_parameters[field_path] = [self.lookup_val]

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
    actions_list = ("verify_page",)
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

    def has_verify_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may start that kind of job."""
        return may_control(request.user, VERIFY_EVENTS)

    @action(
        description=_("Verify the event record"),
        url_path="verify",
        permissions=["verify"],
        icon="verified_user",
    )
    def verify_page(self, request: HttpRequest) -> HttpResponse:
        """Ask once more, then queue a verification of all hash chains."""

        def perform(_values: dict[str, Any]) -> str:
            start_job(kind=VERIFY_EVENTS)
            return str(_("The verification has started; its progress shows under Jobs."))

        return ActionPage(
            title=str(_("Verify the event record")),
            explanation=str(
                _("Reads every event and recomputes the hash chains; it changes nothing.")
            ),
            submit_label=str(_("Start")),
            back_url=self.page_url("changelist"),
            perform=perform,
        ).answer(self, request)

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
    actions = ("retry", "discard")
    actions_detail = ("discard_page",)
    fieldsets = (
        (None, {"fields": ("subscriber", "shown_state", "event_id", "record", "position")}),
        (_("Attempts"), {"fields": ("attempts", "next_attempt_at", "finished_at", "last_error")}),
        (_("Decision"), {"fields": ("discard_reason",)}),
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
        """Whoever may change deliveries may try dead letters again, or discard them."""
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

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Discarding is offered for dead letters only."""
        offered: list[Any] = super().get_actions_detail(request, object_id)
        is_dead = EventDelivery.objects.filter(pk=object_id, state=DeliveryState.DEAD).exists()
        return offered if is_dead else []

    @action(description=_("Discard dead letters"), permissions=["retry"])
    def discard(self, request: HttpRequest, queryset: QuerySet[EventDelivery]) -> HttpResponse:
        """Ask for the reason, then discard each and say for each how it went.

        More than `MOST_DISCARDED` are refused.
        """
        dead = queryset.filter(state=DeliveryState.DEAD)
        chosen = list(dead.order_by("pk")[: MOST_DISCARDED + 1])
        if not chosen or len(chosen) > MOST_DISCARDED:
            message = _("Choose 1 to %(most)d dead letters. Nothing was discarded.")
            self.message_user(request, message % {"most": MOST_DISCARDED}, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

        def perform(values: dict[str, Any]) -> str:
            self.for_each(
                request,
                dead,
                lambda row: discard_dead_letter(delivery=row, reason=values["reason"]),
                _("%(row)s: discarded."),
            )
            return ""

        page = self._discard_page(chosen, request.get_full_path(), perform)
        return page.answer(self, request)

    @action(
        description=_("Discard"),
        url_path="discard",
        permissions=["retry"],
        icon="delete_forever",
        variant=ActionVariant.DANGER,
    )
    def discard_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then discard this dead letter."""
        delivery = self.get_object(request, object_id)
        if delivery is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def perform(values: dict[str, Any]) -> str:
            discard_dead_letter(delivery=delivery, reason=values["reason"])
            return _("%(row)s: discarded.") % {"row": delivery}

        page = self._discard_page([delivery], self.page_url("change", delivery.pk), perform)
        return page.answer(self, request)

    @staticmethod
    def _discard_page(
        chosen: list[EventDelivery], back_url: str, perform: Callable[[dict[str, Any]], str]
    ) -> ActionPage:
        return ActionPage(
            title=str(_("Discard dead letters")),
            explanation=str(
                _("They will never be delivered; the later events of their records go on.")
            ),
            submit_label=str(_("Discard")),
            back_url=back_url,
            perform=perform,
            form_class=DiscardForm,
            facts=[
                (row.subscriber, record_in_words(row.stream_type, row.stream_id)) for row in chosen
            ],
            hidden=[
                ("action", "discard"),
                *((ACTION_CHECKBOX_NAME, str(row.pk)) for row in chosen),
            ],
            is_dangerous=True,
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
