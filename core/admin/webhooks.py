"""Who receives events outside of the system, and how that goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, Values, action, display
from core.admin.jobs import shown_time
from core.admin.widgets import CheckboxList
from core.webhooks.delivery_log import KEPT, replay_failed
from core.webhooks.models import ALL_TYPES, WebhookEndpoint
from core.webhooks.selectors import Health, endpoint_health, sendable_event_types
from core.webhooks.services import (
    create_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
    send_test_event,
    update_endpoint,
)

SECRET_TEXT = _("The secret of %(row)s, shown this once only: %(secret)s")


def _type_choices() -> list[tuple[str, Any]]:
    offered = [
        (declared.name, f"{_(declared.meaning).rstrip('.')} ({declared.name})")
        for declared in sendable_event_types()
    ]
    return [(ALL_TYPES, _("Every event, also of types to come")), *offered]


class EndpointForm(forms.ModelForm):
    """Name, address and the events to send; the secret is made by the system."""

    event_types = forms.MultipleChoiceField(
        label=_("Events"),
        choices=_type_choices,
        required=False,
        widget=CheckboxList(),
        help_text=_("None chosen: nothing is sent but tests."),
    )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(BaseAdmin):
    """Addresses that get events. They are removed by an action, with their whole log."""

    form = EndpointForm
    list_display = ("name", "shown_health", "url", "shown_types", "created_at")
    list_filter = ("is_enabled",)
    search_fields = ("name", "url")
    ordering = ("name", "id")
    actions = ("test", "enable", "disable")
    actions_detail = ("rotate_page", "replay_page", "remove_page")
    fieldsets = (
        (None, {"fields": ("name", "url", "event_types")}),
        (
            _("State"),
            {"fields": ("shown_health", "disabled_at", "previous_secret_until", "created_at")},
        ),
    )
    readonly_fields = ("shown_health", "disabled_at", "previous_secret_until", "created_at")
    empty_text = _("Add the address of a system that is to hear of orders, prices or stock.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        """No page needs the secrets."""
        return super().get_queryset(request).defer("secret", "previous_secret")

    def create_row(self, obj: WebhookEndpoint, values: Values) -> WebhookEndpoint:
        return create_endpoint(**values)

    def update_row(self, obj: WebhookEndpoint, values: Values) -> None:
        update_endpoint(endpoint=obj, values=values, expected_version=obj.version)

    def response_add(self, request: HttpRequest, obj: WebhookEndpoint, *args: Any) -> HttpResponse:
        """Django's answer, with the secret above it."""
        text = SECRET_TEXT % {"row": obj.name, "secret": obj.secret}
        self.message_user(request, text, messages.WARNING)
        return super().response_add(request, obj, *args)

    def has_operate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change webhooks may test them, switch them, and make new secrets."""
        return bool(request.user.has_perm("core.change_webhookendpoint"))

    def has_remove_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may delete webhooks."""
        return bool(request.user.has_perm("core.delete_webhookendpoint"))

    @action(description=_("Send a test"), permissions=["operate"])
    def test(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        done = _("%(row)s: a test is on its way; see the deliveries.")
        self.for_each(request, queryset, lambda row: send_test_event(endpoint=row), done)

    @action(description=_("Switch on"), permissions=["operate"])
    def enable(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        done = _("%(row)s: switched on.")
        self.for_each(request, queryset, lambda row: enable_endpoint(endpoint=row), done)

    @action(description=_("Switch off"), permissions=["operate"])
    def disable(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        done = _("%(row)s: switched off.")
        self.for_each(request, queryset, lambda row: disable_endpoint(endpoint=row), done)

    @action(description=_("New secret"), url_path="rotate", permissions=["operate"], icon="key")
    def rotate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then make a new secret and show it once."""

        def perform(endpoint: WebhookEndpoint) -> str:
            made = rotate_secret(endpoint=endpoint)
            return SECRET_TEXT % {"row": made.name, "secret": made.secret}

        return self._ask(
            request,
            object_id,
            perform,
            title=_("New secret"),
            explanation=_("The present secret goes on signing beside the new one for 24 hours."),
        )

    @action(
        description=_("Send failed ones again"),
        url_path="replay",
        permissions=["operate"],
        icon="replay",
    )
    def replay_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then send again what failed for good in the last days."""

        def perform(endpoint: WebhookEndpoint) -> str:
            count = replay_failed(endpoint=endpoint, since=timezone.now() - KEPT)
            return _("%(count)d deliveries will be sent again.") % {"count": count}

        return self._ask(
            request,
            object_id,
            perform,
            title=_("Send failed ones again"),
            explanation=_("Everything that failed for good in the last 30 days is sent again."),
        )

    @action(
        description=_("Remove"),
        url_path="remove",
        permissions=["remove"],
        icon="delete_forever",
        variant=ActionVariant.DANGER,
    )
    def remove_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then remove the webhook and its log."""

        def perform(endpoint: WebhookEndpoint) -> str:
            delete_endpoint(endpoint=endpoint)
            return _("%(row)s: removed.") % {"row": endpoint.name}

        return self._ask(
            request,
            object_id,
            perform,
            title=_("Remove"),
            explanation=_("Its deliveries go with it, and what waits is not sent."),
            is_dangerous=True,
        )

    def _ask(
        self, request: HttpRequest, object_id: str, perform: Any, *, title: Any, **given: Any
    ) -> HttpResponse:
        """The page that asks before `perform` is given the webhook."""
        endpoint = self.get_object(request, object_id)
        if endpoint is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        is_dangerous = given.get("is_dangerous", False)
        page = ActionPage(
            title=str(title),
            explanation=str(given["explanation"]),
            submit_label=str(title),
            back_url=self.page_url("changelist")
            if is_dangerous
            else self.page_url("change", endpoint.pk),
            perform=lambda _values: perform(endpoint),
            facts=[(endpoint.name, endpoint.url)],
            is_dangerous=is_dangerous,
        )
        return page.answer(self, request)

    @display(description=_("state"))
    def shown_health(self, obj: WebhookEndpoint) -> str:
        health = endpoint_health(obj)
        if health == Health.DISABLED:
            return badge(
                _("off: %(reason)s") % {"reason": obj.get_disabled_reason_display()}, "danger"
            )
        if health == Health.FAILING:
            since = shown_time(obj.first_failure_at)
            return badge(_("failing since %(time)s") % {"time": since}, "warning")
        return badge(_("well"), "good")

    @display(description=_("events"))
    def shown_types(self, obj: WebhookEndpoint) -> str:
        return str(_("all")) if ALL_TYPES in obj.event_types else ", ".join(obj.event_types) or "—"
