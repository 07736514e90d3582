"""The synchronisation for staff: runs, orders on their way, and the connection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.admin.orders import OrderAdmin
from catalog.models import Order
from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, Values, action, display
from core.admin.job_controls import JobControls
from core.admin.jobs import log_text, progress_bar, shown_time, state_badge
from core.admin.widgets import PasswordInput, RadioSelect
from core.jobs.models import Job
from core.money import grouped_number
from integrations.zoho.admin_words import counts_table, words_of
from integrations.zoho.models import (
    Connection,
    ConnectionState,
    OrderPush,
    PushStep,
    SyncKind,
    SyncRun,
)
from integrations.zoho.services.connections import create_connection, update_connection
from integrations.zoho.services.order_push import resend_order
from integrations.zoho.services.sync_runs import start_sync


@admin.action(description=_("Send to Zoho again"), permissions=["process"])
def send_orders_again(page: BaseAdmin, request: HttpRequest, queryset: QuerySet[Order]) -> None:
    """Queue the orders for Zoho once more and say for each how it went."""
    page.for_each(
        request, queryset, lambda row: resend_order(order=row), _("%(row)s: queued for Zoho.")
    )


# The catalogue does not know Zoho, so its page is given the action from here.
OrderAdmin.actions = (*OrderAdmin.actions, send_orders_again)

SECRETS = ("client_secret", "refresh_token")
STEP_TONES: dict[str, str] = {
    PushStep.CREATE: "info",
    PushStep.CONFIRM: "info",
    PushStep.DONE: "good",
    PushStep.VOIDED: "good",
    PushStep.FAILED: "danger",
}
CONNECTION_TONES: dict[str, str] = {
    ConnectionState.CONNECTED: "good",
    ConnectionState.NEEDS_AUTHORIZATION: "danger",
    ConnectionState.MISCONFIGURED: "danger",
}


class SyncForm(forms.Form):
    """What to pull."""

    kind = forms.ChoiceField(
        label=_("What to synchronise"),
        choices=SyncKind.choices,
        initial=SyncKind.ITEMS,
        widget=RadioSelect(),
    )
    force = forms.BooleanField(
        label=_("Switch the guard off"),
        required=False,
        help_text=_(
            "Only when a run stopped because it would have taken away too much, and Zoho is right."
        ),
    )


@admin.register(SyncRun)
class SyncRunAdmin(JobControls):
    """What each pull read and wrote."""

    list_display = (
        "started",
        "shown_kind",
        "progress",
        "shown_state",
        "changed_rows",
        "error_count",
        "actor",
    )
    list_display_links = ("started",)
    list_filter = ("kind", "job__state")
    list_select_related = ("job", "job__actor", "connection")
    ordering = ("-id",)
    sortable_by = ()
    actions_list = ("sync_page",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_kind", "shown_connection"),
                    ("shown_state", "progress"),
                    "failure",
                )
            },
        ),
        (None, {"fields": ("shown_counts",)}),
        (None, {"fields": ("shown_errors",)}),
        (
            _("Run"),
            {
                "fields": (
                    ("started", "finished"),
                    ("actor", "request_id"),
                    ("is_forced", "shown_outcome"),
                    "shown_log",
                )
            },
        ),
    )
    readonly_fields = (
        "shown_kind",
        "shown_connection",
        "shown_state",
        "progress",
        "failure",
        "shown_counts",
        "shown_errors",
        "started",
        "finished",
        "actor",
        "request_id",
        "shown_log",
        "shown_outcome",
    )
    empty_text = _("Press “Sync now” to fetch products, prices and stock from Zoho.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncRun]:
        return super().get_queryset(request).select_related("job", "job__actor", "connection")

    def job_of(self, obj: SyncRun) -> Job:
        return obj.job

    def has_sync_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add runs may start one."""
        return bool(request.user.has_perm("zoho.add_syncrun"))

    @action(
        description=_("Sync now"),
        url_path="sync",
        permissions=["sync"],
        icon="sync",
        variant=ActionVariant.PRIMARY,
    )
    def sync_page(self, request: HttpRequest) -> HttpResponse:
        """Ask what to pull, then queue the run."""

        def perform(values: dict[str, Any]) -> str:
            run = start_sync(kind=SyncKind(values["kind"]), force=values["force"])
            return _("Synchronisation started: %(kind)s.") % {"kind": run.get_kind_display()}

        return ActionPage(
            title=str(_("Sync now")),
            explanation=str(_("Runs in the background; its progress shows in the list.")),
            submit_label=str(_("Start")),
            back_url=self.page_url("changelist"),
            perform=perform,
            form_class=SyncForm,
        ).answer(self, request)

    @display(description=_("started"))
    def started(self, obj: SyncRun) -> str:
        return shown_time(obj.job.started_at or obj.job.created_at)

    @display(description=_("finished"))
    def finished(self, obj: SyncRun) -> str:
        return shown_time(obj.job.finished_at)

    @display(description=_("kind"))
    def shown_kind(self, obj: SyncRun) -> str:
        return obj.get_kind_display()

    @display(description=_("Zoho connection"))
    def shown_connection(self, obj: SyncRun) -> str:
        return str(obj.connection)

    @display(description=_("progress"))
    def progress(self, obj: SyncRun) -> str:
        return progress_bar(obj.job)

    @display(description=_("state"))
    def shown_state(self, obj: SyncRun) -> str:
        return state_badge(obj.job)

    @display(description=_("started by"))
    def actor(self, obj: SyncRun) -> str:
        return str(obj.job.actor or _("the system"))

    @display(description=_("request"))
    def request_id(self, obj: SyncRun) -> str:
        return obj.job.request_id

    @display(description=_("error"))
    def failure(self, obj: SyncRun) -> str:
        return format_html("<bdi>{}</bdi>", obj.job.error or "—")

    @display(description=_("changed"))
    def changed_rows(self, obj: SyncRun) -> str:
        changed = sum(
            stream.get("changed", 0) for stream in obj.counts.values() if isinstance(stream, dict)
        )
        return grouped_number(changed)

    @display(description=_("errors"))
    def error_count(self, obj: SyncRun) -> str:
        return badge(len(obj.errors), "danger") if obj.errors else "0"

    @display(description=_("counts"))
    def shown_counts(self, obj: SyncRun) -> str:
        return render_to_string("admin/sync_counts.html", counts_table(obj.counts))

    @display(description=_("rows not taken over"))
    def shown_errors(self, obj: SyncRun) -> str:
        return render_to_string(
            "admin/sync_errors.html",
            {"errors": [{**row, "stream": words_of(row["stream"])} for row in obj.errors]},
        )

    @display(description=_("ended early because"))
    def shown_outcome(self, obj: SyncRun) -> str:
        return words_of(obj.outcome) if obj.outcome else "—"

    @display(description=_("log"))
    def shown_log(self, obj: SyncRun) -> str:
        return log_text(obj.job)


@admin.register(OrderPush)
class OrderPushAdmin(BaseAdmin):
    """Orders that go to Zoho."""

    list_display = ("order", "shown_step", "attempts", "next_attempt_at", "failure")
    list_display_links = ("order",)
    list_filter = ("step",)
    list_select_related = ("order",)
    search_fields = ("order__number",)
    ordering = ("-id",)
    actions = ("send_again",)
    fieldsets = (
        (None, {"fields": (("order", "shown_step"), ("attempts", "next_attempt_at"))}),
        (None, {"fields": ("last_error", "created_at")}),
    )
    readonly_fields = ("shown_step",)
    empty_text = _("Orders appear here when they are sent to Zoho.")

    def has_send_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change orders may send them again."""
        return bool(request.user.has_perm("catalog.change_order"))

    @action(description=_("Send to Zoho again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OrderPush]) -> None:
        self.for_each(
            request,
            queryset.select_related("order"),
            lambda row: resend_order(order=row.order),
            _("%(row)s: queued for Zoho."),
        )

    @display(description=_("step"), ordering="step")
    def shown_step(self, obj: OrderPush) -> str:
        return badge(obj.get_step_display(), STEP_TONES.get(obj.step, "plain"))

    @display(description=_("last error"))
    def failure(self, obj: OrderPush) -> str:
        return obj.last_error[:120] or "—"


class ConnectionForm(ModelForm):
    """Secrets are written, never shown: an empty input keeps the stored one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_stored = self.instance.pk is not None
        self._kept = {name: getattr(self.instance, name) for name in SECRETS} if is_stored else {}
        for name in SECRETS:
            if name not in self.fields:
                continue
            self.initial.pop(name, None)
            self.fields[name].widget = PasswordInput(attrs={"autocomplete": "new-password"})
            self.fields[name].required = not is_stored
            if is_stored:
                self.fields[name].help_text = _("Stored. Leave empty to keep it.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, kept in self._kept.items():
            if name in cleaned and not cleaned[name]:
                cleaned[name] = kept
        return cleaned


@admin.register(Connection)
class ConnectionAdmin(BaseAdmin):
    """How Zoho is reached."""

    form = ConnectionForm
    list_display = ("name", "shown_state", "zoho_organization_id", "daily_remaining", "is_active")
    list_filter = ("state", "is_active")
    ordering = ("name", "id")
    fieldsets = (
        (None, {"fields": ("name", ("accounts_url", "api_url"), "is_active")}),
        (
            _("Keys"),
            {"fields": ("zoho_organization_id", "client_id", ("client_secret", "refresh_token"))},
        ),
        (_("Pace"), {"fields": ("requests_per_minute",)}),
        (
            _("State"),
            {
                "fields": (
                    ("shown_state", "last_error"),
                    ("gate_closed_until", "gate_reason"),
                    ("daily_limit", "daily_remaining"),
                )
            },
        ),
    )
    readonly_fields = (
        "shown_state",
        "last_error",
        "gate_closed_until",
        "gate_reason",
        "daily_limit",
        "daily_remaining",
    )
    empty_text = _("Add the addresses and keys of your Zoho organization.")

    @display(description=_("state"), ordering="state")
    def shown_state(self, obj: Connection) -> str:
        return badge(obj.get_state_display(), CONNECTION_TONES.get(obj.state, "plain"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those who may only look are shown no keys at all."""
        shown = super().get_fieldsets(request, obj)
        allowed = self.has_change_permission(request, obj) if obj else True
        return shown if allowed else (shown[0], shown[2])

    def create_row(self, obj: Connection, values: Values) -> Connection:
        return create_connection(values=values)

    def update_row(self, obj: Connection, values: Values) -> None:
        update_connection(connection=obj, values=values, expected_version=obj.version)
