"""The organization that somebody with several works for now: the switch at the top of each page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.context import current_context
from core.middleware import SESSION_ORGANIZATION
from settings_modules.organizations.selectors.memberships import held_organizations


@dataclass(frozen=True, slots=True)
class OrganizationChoice:
    """One line of the switch."""

    key: str
    name: str
    is_current: bool


def organization_choices(request: HttpRequest) -> list[OrganizationChoice]:
    """The organizations of the person, by name; none for superusers, who see all at once."""
    user: Any = request.user
    if not user.is_authenticated or not user.is_staff or user.is_superuser:
        return []
    current = current_context().organization_id
    return [
        OrganizationChoice(held.key, held.name, held.key == current)
        for held in held_organizations(user)
    ]


@require_POST
def choose_organization(request: HttpRequest) -> HttpResponse:
    """Work for another of one's organizations from now on; 404 for any other."""
    chosen = request.POST.get("organization", "")
    if not admin.site.has_permission(request) or chosen not in {
        choice.key for choice in organization_choices(request)
    }:
        raise Http404
    request.session[SESSION_ORGANIZATION] = chosen
    return HttpResponseRedirect(reverse("admin:index"))
