"""The admin site: start page, menu, language switch."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.admin_site.dashboard import dashboard_cards
from config.admin_site.organizations import choose_organization, organization_choices
from core.admin.site import BaseAdminSite


def time_zone_of(user: Any) -> ZoneInfo:
    """The zone in which this person reads times; UTC when the account names none that exists."""
    try:
        return ZoneInfo(getattr(user, "time_zone", "") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class TradepostAdminSite(BaseAdminSite):
    """The back office."""

    site_title = "Tradepost"
    site_header = "Tradepost"
    index_title = _("Overview")
    index_template = "admin/overview.html"
    enable_nav_sidebar = True

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Django's guard; the page is also rendered, in the person's own time zone."""
        guarded = super().admin_view(view, cacheable)

        def zoned(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with timezone.override(time_zone_of(request.user)):
                response: HttpResponse = guarded(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response = response.render()
            return response

        return update_wrapper(zoned, view)

    def extra_urls(self) -> list[URLPattern]:
        """The language switch, open to people who have yet to sign in, and the organization's."""
        return [
            path("language/", require_POST(set_language), name="set_language"),
            path("organization/", choose_organization, name="choose_organization"),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page is told, with the organizations of the person."""
        context: dict[str, Any] = super().each_context(request)
        return {**context, "organizations": organization_choices(request)}

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The start page with its figures."""
        context = {"cards": dashboard_cards(request), **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response
