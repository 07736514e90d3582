"""Which organizations a person works for, and with which roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core.errors import NotFound
from core.identity.models import User
from core.identity.roles import permissions_of, role_of_group
from settings_modules.organizations.models import Membership, Organization

#: Whoever holds a role with this permission may give roles to others.
GRANTING = "organizations.change_membership"
_REMEMBERED = "_held_organizations"


@dataclass(frozen=True, slots=True)
class HeldOrganization:
    """An organization in which a person holds roles now, and what these permit there."""

    key: str
    name: str
    plan: str
    permissions: frozenset[str]


def held_organizations(user: Any) -> list[HeldOrganization]:
    """Where the person holds a role at this moment, by name; one query for each `user` object.

    A request has its own object, so what has ended is gone with the next request.
    """
    held: list[HeldOrganization] | None = getattr(user, _REMEMBERED, None)
    if held is None:
        held = _read_held(user.pk)
        setattr(user, _REMEMBERED, held)
    return held


def _read_held(user_id: int) -> list[HeldOrganization]:
    """Written out, because every request of a person asks it: to compose it anew takes several
    times as long as to run it."""
    with connection.cursor() as cursor:
        # Which memberships hold, as `MembershipRows.holding` has it.
        cursor.execute(
            """
            SELECT o.id, o.name, o.plan,
                coalesce(
                    array_agg(DISTINCT c.app_label || '.' || p.codename)
                        FILTER (WHERE p.id IS NOT NULL),
                    '{}'
                )
            FROM organizations_membership m
            JOIN organizations_organization o ON o.id = m.organization_id
            LEFT JOIN auth_group_permissions g ON g.group_id = m.role_id
            LEFT JOIN auth_permission p ON p.id = g.permission_id
            LEFT JOIN django_content_type c ON c.id = p.content_type_id
            WHERE m.user_id = %(user)s AND m.is_active AND m.valid_from <= %(now)s
                AND (m.valid_until IS NULL OR m.valid_until > %(now)s)
            GROUP BY o.id ORDER BY o.name, o.id
            """,
            {"user": user_id, "now": timezone.now()},
        )
        return [
            HeldOrganization(str(key), name, plan, frozenset(permissions))
            for key, name, plan, permissions in cursor.fetchall()
        ]


def plan_held(user: Any, organization: str) -> str:
    """The plan of an organization that the person holds a role in; "" for a superuser's."""
    return next((held.plan for held in held_organizations(user) if held.key == organization), "")


def find_organization(user: Any, asked: str) -> str | None:
    """The key of the organization asked for, else of the only or first one; None without any.

    A superuser works for none unless one is asked for. Raises NotFound for one that is not theirs.
    """
    if user.is_superuser:
        return _existing(asked) if asked else None
    held = held_organizations(user)
    if not asked:
        return held[0].key if held else None
    if asked not in {organization.key for organization in held}:
        raise NotFound()
    return asked


def _existing(asked: str) -> str:
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
        raise NotFound()
    if not Organization.objects.filter(pk=int(asked)).exists():
        raise NotFound()
    return str(int(asked))


def highest_granting_rank(user_id: int, organization_id: int) -> int | None:
    """The rank up to which the person may give roles in the organization now; None: none at all."""
    names = (
        Membership.objects.holding()
        .filter(user_id=user_id, organization_id=organization_id)
        .values_list("role__name", flat=True)
    )
    roles = [role for role in map(role_of_group, names) if role is not None]
    ranks = [role.rank for role in roles if GRANTING in permissions_of(role)]
    return max(ranks, default=None)


def seen_accounts(organization: str | None) -> Q:
    """The accounts that members of the organization see: their own people, and staff in none.

    Staff in none may be given a first role by anybody who gives roles; shoppers are not theirs.
    """
    everywhere = Membership.objects.holding()
    nowhere = Q(is_staff=True) & ~Q(pk__in=everywhere.values("user_id"))
    if organization is None:
        return nowhere
    return nowhere | Q(pk__in=everywhere.filter(organization_id=organization).values("user_id"))


def seen_tokens(organization: str | None) -> Q:
    """The API tokens of the accounts that members of the organization see."""
    return Q(user__in=User.objects.filter(seen_accounts(organization)))


def seen_shared_filters(organization: str | None) -> Q:
    """The saved filters of the accounts that members of the organization see: what one searches for
    may name what another company keeps to itself."""
    return Q(owner__in=User.objects.filter(seen_accounts(organization)))
