"""Which organization a person works for, and which rows that lets them see.

Core knows an organization only as a key. The application that has organizations registers how the
one in force is found; a model says by `organization_lookup` how its rows reach theirs ("pk",
"organization", "order__organization"). Rows of a model that says nothing are shared by all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from core.context import current_context

#: The name of the request header that chooses among a person's organizations.
ORGANIZATION_HEADER = "X-Organization"

#: Takes an account and the key asked for ("" for none); the key in force, or None for none.
#: Raises NotFound for a key that is not one of the account's.
FindOrganization = Callable[[Any, str], str | None]
#: Takes the key in force and says which rows are seen.
Condition = Callable[[str | None], Q]
Row = TypeVar("Row", bound=models.Model)

#: Takes an account and the key in force; the name of the organization's plan, "" for the usual one.
PlanOf = Callable[[Any, str], str]

_finders: list[FindOrganization] = []
_plans: list[PlanOf] = []
_conditions: dict[str, Condition] = {}


def register_organizations(find: FindOrganization, *, plan: PlanOf) -> None:
    """Say how the organization in force and its plan are found; the last registration counts."""
    _finders[:] = [find]
    _plans[:] = [plan]


def forget_organizations() -> None:
    """From now on nobody works for any organization; for measuring what they cost."""
    _finders.clear()


def declare_visibility(model: type[models.Model], condition: Condition) -> None:
    """Scope a model of a lower layer, which cannot name an organization itself."""
    _conditions[model._meta.label] = condition


def organization_in_force(user: Any, asked: str = "") -> str | None:
    """The key of the organization that this member of staff works for now.

    `asked` chooses among several. Raises NotFound when it is not one of theirs.
    """
    return _finders[0](user, asked) if _finders else None


def plan_in_force(user: Any) -> str:
    """The name of the plan of the organization that the account works for now; "" without one."""
    key = current_context().organization_id
    return _plans[0](user, key) if _plans and key is not None else ""


def is_scoped(model: type[models.Model]) -> bool:
    """Whether rows of the model belong to single organizations."""
    return bool(_lookup(model)) or model._meta.label in _conditions


def visible_rows(rows: models.QuerySet[Row], user: Any) -> models.QuerySet[Row]:
    """Those of the rows that the account may see in the organization in force.

    Superusers see all; without an organization nothing of a scoped model is seen.
    """
    model = rows.model
    if user.is_superuser or not is_scoped(model):
        return rows
    return rows.filter(_condition(model, current_context().organization_id))


def visible_states(
    states: models.QuerySet[Row], model: type[models.Model], user: Any
) -> models.QuerySet[Row]:
    """As `visible_rows`, for the states of the model's rows in its history table.

    A state belongs to the organization that the row had then.
    """
    if user.is_superuser or not is_scoped(model):
        return states
    key, lookup = current_context().organization_id, _lookup(model)
    if key is None or lookup:
        return states.filter(_belongs(lookup if lookup != "pk" else "pgh_obj_id", key))
    seen = model._default_manager.filter(_condition(model, key))
    return states.filter(pgh_obj_id__in=seen.values("pk"))


def _lookup(model: type[models.Model]) -> str:
    return str(getattr(model, "organization_lookup", ""))


def _condition(model: type[models.Model], key: str | None) -> Q:
    if model._meta.label in _conditions:
        return _conditions[model._meta.label](key)
    return _belongs(_lookup(model), key)


def _belongs(lookup: str, key: str | None) -> Q:
    return Q(pk__in=[]) if key is None else Q(**{lookup: key})
