"""API tokens: issued, checked, revoked."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, Q
from django.utils import timezone
from knox.crypto import hash_token
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from core.editing.services import add_row
from core.events.services import in_unit_of_work
from core.identity.errors import (
    NetworkMalformed,
    PowerNotYoursToGrant,
    TokenExpired,
    TokenInvalid,
    TokenLifetimeWrong,
    TokenNetworkRefused,
    TooManyNetworks,
)
from core.identity.models import ApiToken, User
from core.identity.powers import acting_user_key, acts_with_full_power

MOST_NETWORKS = 20
#: `last_used_at` is written at most this often.
NOTE_EVERY = timedelta(minutes=1)


def _require_own(user_id: int) -> None:
    """Raise PowerNotYoursToGrant unless this user, a superuser or the system acts."""
    if acting_user_key() != user_id and not acts_with_full_power():
        raise PowerNotYoursToGrant()


def _checked_networks(texts: Sequence[str]) -> list[str]:
    if len(texts) > MOST_NETWORKS:
        raise TooManyNetworks(field="allowed_networks", most=MOST_NETWORKS)
    networks = []
    for text in texts:
        try:
            networks.append(str(ip_network(text.strip())))
        except ValueError as error:
            raise NetworkMalformed(field="allowed_networks", text=text) from error
    return networks


@in_unit_of_work
def issue_token(
    *,
    user: User,
    name: str,
    groups: Collection[Group] = (),
    days: int = settings.API_TOKEN_DAYS,
    allowed_networks: Sequence[str] = (),
) -> tuple[ApiToken, str]:
    """A new token and its text, which is nowhere to be had again; emits `api_token.issued`.

    It acts as `user`, with what both the user and the groups allow, for so many days.
    Raises PowerNotYoursToGrant, TokenLifetimeWrong, NetworkMalformed, TooManyNetworks,
    ValidationError.
    """
    _require_own(user.pk)
    if not 1 <= days <= settings.API_TOKEN_MOST_DAYS:
        raise TokenLifetimeWrong(field="days", most=settings.API_TOKEN_MOST_DAYS)
    digest, text = get_digest_token()
    token = ApiToken(
        user=user,
        name=name,
        digest=digest,
        token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH],
        expiry=timezone.now() + timedelta(days=days),
        allowed_networks=_checked_networks(allowed_networks),
        created_by_id=acting_user_key(),
    )
    add_row(row=token)
    token.groups.set(groups)
    keys = sorted(group.pk for group in groups)
    token.emit_event("api_token.issued", {"user": user.pk, "groups": keys, "days": days})
    return token, text


@in_unit_of_work
def revoke_token(*, token: ApiToken) -> ApiToken:
    """The token, good for nothing from the next request on; again it changes nothing.

    Raises PowerNotYoursToGrant.
    """
    locked = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    _require_own(locked.user_id)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.version += 1
        locked.save(update_fields=["revoked_at", "version"])
        locked.emit_event("api_token.revoked")
    return locked


def checked_token(text: str, *, address: str) -> ApiToken:
    """The token of this text, its user limited to what it allows.

    Raises TokenInvalid, TokenExpired, TokenNetworkRefused.
    """
    found = _stored(text)
    if found is None:
        raise TokenInvalid()
    token = found.token
    if token.revoked_at is not None or not token.user.is_active:
        raise TokenInvalid()
    if token.expiry is None or token.expiry <= timezone.now():
        raise TokenExpired()
    if token.allowed_networks and not _is_within(address, token.allowed_networks):
        raise TokenNetworkRefused()
    token.user.limit_permissions(found.permissions)
    return token


@dataclass(frozen=True, slots=True)
class _Found:
    """A token with its user, and what its groups permit, as "application.codename"."""

    token: ApiToken
    permissions: frozenset[str]


def _stored(text: str) -> _Found | None:
    """The token of this text, in one query that is written out: every request of a program asks it,
    and to compose it anew takes several times as long as to run it."""
    digest = hash_token(text)
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [text[: CONSTANTS.TOKEN_KEY_LENGTH]])
        for *values, permissions in cursor.fetchall():
            token = ApiToken.from_db(DEFAULT_DB_ALIAS, _TOKEN, values[: len(_TOKEN)])
            if hmac.compare_digest(token.digest, digest):
                token.user = User.from_db(DEFAULT_DB_ALIAS, _USER, values[len(_TOKEN) :])
                return _Found(token, frozenset(permissions))
    return None


def _columns(model: type[Model]) -> list[str]:
    """Those that need no conversion; the others are read when they are asked for."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if not hasattr(field, "from_db_value")]


_TOKEN, _USER = _columns(ApiToken), _columns(User)
_FIND = f"""
SELECT {", ".join(f't."{name}"' for name in _TOKEN)}, {", ".join(f'u."{name}"' for name in _USER)},
    ARRAY(
        SELECT DISTINCT c.app_label || '.' || p.codename
        FROM {ApiToken.groups.through._meta.db_table} g
        JOIN auth_group_permissions gp ON gp.group_id = g.group_id
        JOIN auth_permission p ON p.id = gp.permission_id
        JOIN django_content_type c ON c.id = p.content_type_id
        WHERE g.apitoken_id = t.id
    )
FROM {ApiToken._meta.db_table} t JOIN {User._meta.db_table} u ON u.id = t.user_id
WHERE t.token_key = %s
"""


def _is_within(address: str, networks: Sequence[str]) -> bool:
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    return any(caller in ip_network(network) for network in networks)


def note_token_use(*, token: ApiToken) -> None:
    """Write down that the token was used, at most once a minute."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > NOTE_EVERY:
        earlier = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTE_EVERY)
        ApiToken.objects.filter(earlier, pk=token.pk).update(last_used_at=now)
