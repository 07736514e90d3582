"""What merging one record into another would do, and why it cannot be done: read, not done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from core.errors import DomainError, StillInUse
from core.references.collisions import Collision, find_collisions
from core.references.errors import (
    MergeAcrossOrganizations,
    MergeBelowItself,
    MergeNotOffered,
    MergeWithItself,
    OutsideKeysDiffer,
)
from core.references.fields import ReferringField, referring_fields
from core.references.masters import Master, master_of, merge_checks
from core.references.selectors import Reference, may_view, references_to
from core.tenancy import visible_rows


@dataclass(slots=True)
class MergePlan:
    """What would happen to the merged record.

    `references` are those to it; the ones with a `stays_because` go on referring to it.
    `handed_over` are the outside keys that the kept record gets from it. It is removed when
    `is_removed`, else switched off. `obstacles` say why nothing can be done. `collisions` are the
    pairs of rows in the way, as far as the reader may see both rows; `untold_collisions` counts
    the others.
    """

    references: list[Reference]
    handed_over: dict[str, Any] = field(default_factory=dict)
    is_removed: bool = False
    obstacles: list[DomainError] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)
    untold_collisions: int = 0

    @property
    def is_possible(self) -> bool:
        """Whether the merge would be carried out."""
        return not (self.obstacles or self.collisions or self.untold_collisions)


def plan_merge(*, kept: Any, merged: Any, user: Any = None) -> MergePlan:
    """What merging the stored record `merged` into the stored record `kept` would do.

    `user` is the reader, as `references_to` has it. Raises MergeNotOffered for a model whose
    records are not merged, MergeWithItself.
    """
    master = require_merged(kept, merged)
    plan = MergePlan(
        references_to(merged, user=user),
        handed_over={
            name: getattr(merged, name)
            for name in master.outside_keys
            if getattr(merged, name) and not getattr(kept, name)
        },
        is_removed=master.switch is None,
    )
    plan.obstacles = _obstacles(master, kept, merged)
    for referring in moving_fields(master.model):
        _sort_in(plan, find_collisions(referring, kept=kept, merged=merged), user)
    return plan


def require_merged(kept: models.Model, merged: models.Model) -> Master:
    """The master that both are records of. Raises MergeNotOffered, MergeWithItself."""
    master = master_of(type(kept))
    if master is None or not master.is_merged or type(merged) is not type(kept):
        raise MergeNotOffered()
    if merged.pk == kept.pk:
        raise MergeWithItself(field="into")
    return master


def moving_fields(model: type[models.Model]) -> list[ReferringField]:
    """The fields whose references a merge re-points."""
    return [one for one in referring_fields(model) if not one.stays_because]


def staying_fields(model: type[models.Model]) -> list[ReferringField]:
    """The fields of ledgers, whose references stay."""
    return [one for one in referring_fields(model) if one.stays_because]


def organization_of(row: Any) -> Any:
    """The key of the organization that the row belongs to; None for what all share.

    An organization itself belongs to none: who sees two of them may merge them.
    """
    lookup = str(getattr(row, "organization_lookup", ""))
    if lookup in {"", "pk"}:
        return None
    return type(row)._base_manager.filter(pk=row.pk).values_list(lookup, flat=True).first()


def _obstacles(master: Master, kept: Any, merged: Any) -> list[DomainError]:
    found: list[DomainError] = []
    if organization_of(kept) != organization_of(merged):
        found.append(MergeAcrossOrganizations(field="into"))
    for name in master.outside_keys:
        mine, other = getattr(kept, name), getattr(merged, name)
        if mine and other and mine != other:
            found.append(OutsideKeysDiffer(field=name))
    if any(_is_below(kept, merged, one.field.name) for one in _own_fields(master.model)):
        found.append(MergeBelowItself(field="into"))
    if master.switch is None and any(
        one.rows_of(merged).exists() for one in staying_fields(master.model)
    ):
        found.append(StillInUse())
    for check in merge_checks(master.model):
        try:
            check(kept, merged)
        except DomainError as error:
            found.append(error)
    return found


def _own_fields(model: type[models.Model]) -> list[ReferringField]:
    """References among the model's own rows: what a record is a part of."""
    return [one for one in moving_fields(model) if one.model is model]


def _is_below(row: Any, above: Any, name: str) -> bool:
    """Whether following the reference upwards from the row leads to the other one."""
    seen: set[Any] = set()
    parent = getattr(row, name)
    while parent is not None and parent.pk not in seen:
        if parent.pk == above.pk:
            return True
        seen.add(parent.pk)
        parent = getattr(parent, name)
    return False


def _sort_in(plan: MergePlan, collisions: list[Collision], user: Any) -> None:
    """Add the collisions that the reader may be told of, and count the others."""
    if not collisions:
        return
    if user is None:
        plan.collisions += collisions
        return
    model = collisions[0].referring.model
    seen: set[Any] = set()
    if may_view(user, model):
        keys = {row.pk for pair in collisions for row in (pair.row, pair.twin)}
        rows = visible_rows(model._base_manager.filter(pk__in=keys), user)
        seen = set(rows.values_list("pk", flat=True))
    told = [pair for pair in collisions if {pair.row.pk, pair.twin.pk} <= seen]
    plan.collisions += told
    plan.untold_collisions += len(collisions) - len(told)
