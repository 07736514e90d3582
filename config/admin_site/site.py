"""The admin site: start page, menu, language switch."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth import logout as sign_out
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.admin_site.dashboard import dashboard_cards
from config.admin_site.organizations import choose_organization, organization_choices
from config.error_pages import refusal
from core.admin.sessions import sessions_page
from core.admin.site import BaseAdminSite
from core.errors import TooManyRequests
from core.throttling import scope_limit


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
        """Django's guard; the page is also counted, and rendered in the person's own time zone."""
        guarded = super().admin_view(view, cacheable)

        def zoned(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                scope_limit(request, "back-office")
            except TooManyRequests as error:
                return refusal(request, error)
            with timezone.override(time_zone_of(request.user)):
                response: HttpResponse = guarded(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response = response.render()
            return response

        return update_wrapper(zoned, view)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To the one place where people sign in: no password is taken here."""
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
        target = target if is_ours else reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(target)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(target)

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signed out, and back to where one signs in."""
        sign_out(request)
        return HttpResponseRedirect(reverse("account_login"))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To the page where people look after their own password."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def extra_urls(self) -> list[URLPattern]:
        """The language switch, open to who has yet to sign in, and two pages of one's own."""
        return [
            path("language/", require_POST(set_language), name="set_language"),
            path("organization/", choose_organization, name="choose_organization"),
            path("sessions/", self.admin_view(self.own_sessions), name="own_sessions"),
        ]

    def own_sessions(self, request: HttpRequest) -> HttpResponse:
        """Where the person who asks is signed in."""
        user: Any = request.user
        return sessions_page(self, request, user, title=gettext("My sessions"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page is told, with the organizations of the person."""
        context: dict[str, Any] = super().each_context(request)
        return {**context, "organizations": organization_choices(request)}

    def get_urls(self) -> list[Any]:
        """Signing out changes something, so a mere link does not do it."""
        urls: list[Any] = super().get_urls()
        return [path("logout/", require_POST(self.logout), name="logout"), *urls]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The start page with its figures."""
        context = {"cards": dashboard_cards(request), **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response
