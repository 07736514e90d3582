"""The admin site: start page, menu, language switch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.admin_site.dashboard import dashboard_cards
from core.admin.site import BaseAdminSite


class TradepostAdminSite(BaseAdminSite):  # type: ignore[misc]
    """The back office."""

    site_title = "Tradepost"
    site_header = "Tradepost"
    index_title = _("Overview")
    index_template = "admin/overview.html"
    enable_nav_sidebar = True

    def extra_urls(self) -> list[URLPattern]:
        """The language switch, open to people who have yet to sign in."""
        return [path("language/", require_POST(set_language), name="set_language")]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The start page with its figures."""
        context = {"cards": dashboard_cards(request, self), **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response
