"""What was slow, and everything that one request left behind."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin.actors import actor_name, actor_names
from core.admin.badges import badge
from core.admin.base import BaseAdmin, UncountedPaginator, display
from core.admin.directions import left_to_right
from core.admin.events import ExactTextFilter
from core.admin.filters import RangeDateTimeFilter
from core.admin.found_lines import shown_lines
from core.admin.found_request import found_sections
from core.admin.widgets import TextInput
from core.context import Source
from core.middleware import is_request_id
from core.operations.models import SlowKind, SlowOperation
from core.operations.request_trail import request_trail

STATE_TONES: dict[str, str] = {SlowKind.REQUEST: "info", SlowKind.STATEMENT: "warning"}


def request_link(request_id: str) -> str:
    """The request's id, leading to everything it left behind."""
    return format_html(
        '<a href="{}?request_id={}"><bdi dir="ltr">{}</bdi></a>',
        reverse("admin:core_request_trail"),
        request_id,
        request_id[:12],
    )


def _request_input(asked: str) -> str:
    label = str(_("Request id"))
    attributes = {"dir": "ltr", "maxlength": 64, "aria-label": label, "placeholder": label}
    text: str = TextInput(attributes).render("request_id", asked)
    return text


@admin.register(SlowOperation)
class SlowOperationAdmin(BaseAdmin):
    """Requests and SQL statements that took too long, of the last 14 days."""

    list_display = (
        "happened_at",
        "shown_kind",
        "duration_ms",
        "shown_route",
        "status",
        "sql_count",
        "sql_ms",
        "actor_name",
        "shown_request",
    )
    list_filter = (
        "kind",
        ("route", ExactTextFilter),
        ("request_id", ExactTextFilter),
        ("happened_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    ordering = ("-id",)
    sortable_by = ()
    paginator = UncountedPaginator
    fieldsets = (
        (None, {"fields": ("shown_kind", "shown_route", "duration_ms", "status", "happened_at")}),
        (_("SQL"), {"fields": ("sql_count", "sql_ms", "shown_statement")}),
        (_("Origin"), {"fields": ("actor_name", "shown_request")}),
    )
    readonly_fields = (
        "shown_kind",
        "shown_route",
        "shown_statement",
        "actor_name",
        "shown_request",
    )
    empty_text = _("Requests and SQL statements that take too long appear here for 14 days.")

    def get_urls(self) -> list[URLPattern]:
        """The pages, and the one that finds a request."""
        found = path(
            "request/", self.admin_site.admin_view(self.find_request), name="core_request_trail"
        )
        return [found, *super().get_urls()]

    def find_request(self, request: HttpRequest) -> HttpResponse:
        """What the request named by `request_id` left behind."""
        if not request.user.has_perm("core.view_event"):
            raise PermissionDenied
        asked = request.GET.get("request_id", "").strip()
        is_well_formed = is_request_id(asked)
        trail = request_trail(asked) if is_well_formed else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Find a request"),
            "opts": self.opts,
            "asked": asked,
            "input": _request_input(asked),
            "is_malformed": bool(asked) and not is_well_formed,
            "is_empty": trail is not None and trail.is_empty,
            "log": shown_lines(trail.log) if trail else None,
            "sections": found_sections(trail, self.admin_site) if trail else [],
        }
        return TemplateResponse(request, "admin/find_request.html", context)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with the names of all its actors fetched at once."""
        listed = super().get_changelist_instance(request)
        names = actor_names((row.actor, Source.TASK) for row in listed.result_list)
        for row in listed.result_list:
            row.actor_shown = names[row.actor, Source.TASK]
        return listed

    @display(description=_("what"))
    def shown_kind(self, obj: SlowOperation) -> str:
        return badge(obj.get_kind_display(), STATE_TONES.get(obj.kind, "plain"))

    @display(description=_("route"))
    def shown_route(self, obj: SlowOperation) -> str:
        return left_to_right(f"{obj.method} {obj.route}".strip())

    @display(description=_("SQL statement"))
    def shown_statement(self, obj: SlowOperation) -> str:
        if not obj.statement:
            return "—"
        return format_html('<pre class="tp-data" dir="ltr">{}</pre>', obj.statement)

    @display(description=_("by"))
    def actor_name(self, obj: SlowOperation) -> str:
        shown: str = getattr(obj, "actor_shown", "") or actor_name(obj.actor, Source.TASK)
        return shown

    @display(description=_("request"))
    def shown_request(self, obj: SlowOperation) -> str:
        return request_link(obj.request_id) if obj.request_id else "—"
