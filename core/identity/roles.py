"""Roles as the code declares them: what each is for and what it may do.

The composition root declares them; a role lives in the database as a group (`role_groups`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pghistory.models
from django.apps import apps
from django.db import models
from django.utils.translation import get_language

#: How the groups of declared roles begin: staff may make groups of any other name.
GROUP_PREFIX = "role:"


class UnknownRolePermissionError(LookupError):
    """A role names a model or a permission that does not exist."""


@dataclass(frozen=True, slots=True)
class Role:
    """A bundle of permissions. Whoever holds a role may grant those of its rank or below.

    `permissions` maps models ("catalog.product", "catalog.*") to verbs ("view change").
    """

    key: str
    rank: int
    label: str
    label_ar: str
    purpose: str
    purpose_ar: str
    permissions: Mapping[str, str] = field(default_factory=dict)

    @property
    def group_name(self) -> str:
        """The name of the group that stands for the role."""
        return GROUP_PREFIX + self.key

    def shown_label(self) -> str:
        """What the role is called in the language in force."""
        return self.label_ar if _is_arabic() else self.label

    def shown_purpose(self) -> str:
        """What the role is for, in the language in force."""
        return self.purpose_ar if _is_arabic() else self.purpose


_roles: dict[str, Role] = {}


def _is_arabic() -> bool:
    return (get_language() or "").startswith("ar")


def declare_roles(roles: Iterable[Role]) -> None:
    """Make these the roles there are. The composition root calls it in `ready()`."""
    _roles.clear()
    _roles.update({role.key: role for role in roles})


def declared_roles() -> list[Role]:
    """All roles, the most powerful first."""
    return sorted(_roles.values(), key=lambda role: (-role.rank, role.key))


def role_of_group(name: str) -> Role | None:
    """The declared role that the group of this name stands for; None for any other group."""
    return _roles.get(name.removeprefix(GROUP_PREFIX)) if name.startswith(GROUP_PREFIX) else None


def group_label(name: str) -> str:
    """What people call the group: the role's label, or the group's own name."""
    role = role_of_group(name)
    return role.shown_label() if role is not None else name


def permissions_of(role: Role) -> frozenset[str]:
    """The role's permissions as Django names them: "catalog.view_product".

    Raises UnknownRolePermissionError.
    """
    return frozenset(
        permission
        for pattern, verbs in role.permissions.items()
        for permission in _permissions(pattern, verbs)
    )


def _permissions(pattern: str, verbs: str) -> list[str]:
    matching = [
        model
        for model in apps.get_models()
        if fnmatchcase(model._meta.label_lower, pattern)
        and not issubclass(model, pghistory.models.Event)
    ]
    if not matching:
        raise UnknownRolePermissionError(f"no model is called {pattern}")
    return [_permission(model, verb) for model in matching for verb in verbs.split()]


def _permission(model: type[models.Model], verb: str) -> str:
    options = model._meta
    if verb in options.default_permissions:
        return f"{options.app_label}.{verb}_{options.model_name}"
    if verb in {codename for codename, _name in options.permissions}:
        return f"{options.app_label}.{verb}"
    raise UnknownRolePermissionError(f"{options.label} knows no permission {verb!r}")
