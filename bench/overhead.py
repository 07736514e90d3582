"""What core costs a request: the same answers with everything of core, and without it.

Two members of staff ask for the same list. The one whose server has organizations holds the role in
one; the other holds the same role everywhere, as without organizations everybody does. The second
factor is demanded, as it is in production, and every request is logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.measure import Measurement, measure
from bench.servers import Server
from bench.services import Services

WITH, WITHOUT = "with core", "without core"
BOTH = (WITHOUT, WITH)
DETAIL = "overhead, consumer detail uncached"
BY_SESSION = "overhead, staff list by session"
BY_TOKEN = "overhead, staff list by token"
CELLS = (DETAIL, BY_SESSION, BY_TOKEN)
_STAFF_LIST = "/api/v1/catalog/products?page_size=50&page={page}"
_STAFF_PAGES = 20
_ROLE = "administrator"

Headers = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """The paths of a cell, and what each candidate's caller sends along."""

    paths: list[str]
    headers: Mapping[str, Headers]


class Overhead:
    """Both servers, asked by the same load."""

    def __init__(
        self, servers: Mapping[str, Server], services: Services, details: list[str]
    ) -> None:
        self._servers = servers
        self._services = services
        staff_pages = [_STAFF_LIST.format(page=page) for page in range(1, _STAFF_PAGES + 1)]
        callers = {candidate: _caller(candidate) for candidate in BOTH}
        self._asked = {
            DETAIL: Asked(details, {candidate: {} for candidate in BOTH}),
            BY_SESSION: Asked(staff_pages, {who: made.by_session for who, made in callers.items()}),
            BY_TOKEN: Asked(staff_pages, {who: made.by_token for who, made in callers.items()}),
        }

    def run(self, cell: str, candidate: str, seconds: float) -> Measurement:
        """Load one server with one cell. Raises AnswersRefusedError for anything but 200."""
        asked = self._asked[cell]
        return measure(
            candidate,
            self._servers[candidate],
            self._services,
            {"paths": asked.paths, "headers": asked.headers[candidate]},
            seconds=seconds,
            # Each process has read what it remembers before it is measured.
            warm_requests=len(asked.paths),
        )


@dataclass(frozen=True)
class _Caller:
    by_session: Headers
    by_token: Headers


def _caller(candidate: str) -> _Caller:
    """Somebody of the staff with a second factor, a session that began with a sign-in, a token."""
    # They need Django, which is set up once the database is there.
    from allauth.mfa.models import Authenticator  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from core.identity.models import User  # noqa: PLC0415
    from core.identity.role_groups import update_role_groups  # noqa: PLC0415
    from core.identity.roles import GROUP_PREFIX  # noqa: PLC0415
    from core.identity.tokens import issue_token  # noqa: PLC0415
    from settings_modules.organizations.models import Organization  # noqa: PLC0415
    from settings_modules.organizations.services.memberships import grant_role  # noqa: PLC0415

    update_role_groups()
    role = Group.objects.get(name=f"{GROUP_PREFIX}{_ROLE}")
    address = f"{candidate.replace(' ', '-')}@bench.tradepost.example"
    user = User.objects.create_user(address, is_staff=True)
    if candidate == WITH:
        grant_role(user=user, organization=Organization.objects.get(), role=role)
    else:
        user.groups.add(role)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    _, token = issue_token(user=user, name="benchmark", groups=[role])
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session_of(user)}"
    return _Caller({"Cookie": cookie}, {"Authorization": f"Token {token}"})


def _session_of(user: Any) -> str:
    """The key of a session of this person's, as a sign-in leaves it."""
    from allauth.account.internal.flows.login import (  # noqa: PLC0415
        AUTHENTICATION_METHODS_SESSION_KEY,
    )
    from django.contrib.auth import (  # noqa: PLC0415
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
    )
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": 0.0}]
    session.create()
    return str(session.session_key)
