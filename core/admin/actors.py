"""Names for the actors that events and history rows carry as ids."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.context import SYSTEM_ACTOR, Source
from core.identity.models import User


def actor_names(actors: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A name to show for each actor and source, in one query at most.

    Actors are "user:5", "system" or "". Nobody signs in to order: what comes through the API
    without an account is a shopper's.
    """
    wanted = set(actors)
    ids = {
        int(actor.removeprefix("user:"))
        for actor, _source in wanted
        if actor.startswith("user:") and actor.removeprefix("user:").isdigit()
    }
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
    return {(actor, source): _actor_name(actor, source, people) for actor, source in wanted}


def actor_name(actor: str, source: str) -> str:
    """The name of one actor."""
    return actor_names([(actor, source)])[actor, source]


def _actor_name(actor: str, source: str, people: dict[int, str]) -> str:
    if actor == SYSTEM_ACTOR:
        return _("a shopper") if source == Source.API else _("the system")
    number = actor.removeprefix("user:")
    if number.isdigit() and int(number) in people:
        return people[int(number)]
    return actor
