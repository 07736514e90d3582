"""Names for the actors that events and history rows carry as ids."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.context import SYSTEM_ACTOR
from core.identity.models import User


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """A name to show for each actor ("user:5", "system", ""), in one query at most."""
    wanted = set(actors)
    ids = {
        int(actor.removeprefix("user:"))
        for actor in wanted
        if actor.startswith("user:") and actor.removeprefix("user:").isdigit()
    }
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
    return {actor: _actor_name(actor, people) for actor in wanted}


def _actor_name(actor: str, people: dict[int, str]) -> str:
    if actor == SYSTEM_ACTOR:
        return _("the system")
    number = actor.removeprefix("user:")
    if number.isdigit() and int(number) in people:
        return people[int(number)]
    return actor
