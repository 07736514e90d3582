"""Taking a record out of use: removed when nothing refers to it, switched off, or merged."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, connection, models
from django.utils import timezone

from core.context import change_context
from core.editing.models import VersionedModel
from core.editing.services import lock_row, require_version, update_and_tell
from core.errors import Conflict, NotFound, StillInUse
from core.events.services import in_unit_of_work
from core.history.context import history_context
from core.identity.models import User
from core.identity.powers import acting_user_key
from core.locking import lock_rows
from core.references.errors import MergeBreaksRule, MergeCollides, SwitchNotOffered
from core.references.fields import ReferringField
from core.references.masters import Master, master_of
from core.references.plans import (
    MergePlan,
    moving_fields,
    plan_merge,
    require_merged,
    staying_fields,
)
from core.references.selectors import is_referred_to, references_to
from core.references.texts import collision_details, reference_details
from core.references.yielding import yielding_rows

Row = TypeVar("Row", bound=VersionedModel)


@in_unit_of_work
def remove_row(*, row: VersionedModel, expected_version: int | None = None) -> None:
    """Remove a record that nothing refers to; emits `<its stream>.removed`.

    Raises StillInUse with what refers to it, as far as the acting person may see it; StaleVersion,
    NotFound. What is about to refer to it meanwhile is refused by its foreign key.
    """
    _lock_owners(row)
    locked = lock_row(row, expected_version=expected_version)
    require_unused(locked)
    stream, key = locked.event_stream, locked.pk  # type: ignore[attr-defined]
    locked.delete()
    locked.pk = key
    locked.emit_event(f"{stream}.removed")  # type: ignore[attr-defined]


def require_unused(row: models.Model) -> None:
    """Raise StillInUse, with what refers to the row, unless nothing does.

    Call it under the row's lock. What the acting person may not see is not told, but counts.
    """
    if not is_referred_to(row):
        return
    references = references_to(row, user=_acting_user())
    error = StillInUse(details=reference_details(references))
    error.extra = {
        "references": [
            {"model": one.model, "field": one.field, "count": one.count} for one in references
        ]
    }
    raise error


@in_unit_of_work
def remove_record(*, row: VersionedModel, expected_version: int | None = None) -> None:
    """Remove a record of a master by the service of its application, else by `remove_row`.

    Raises what that service raises, StillInUse among it.
    """
    master = master_of(type(row))
    if master is not None and master.remove is not None:
        master.remove(row, expected_version=expected_version)
    else:
        remove_row(row=row, expected_version=expected_version)


@in_unit_of_work
def deactivate_row(*, row: Row, expected_version: int | None = None) -> Row:
    """The record switched off, by the service of its application; whatever refers to it.

    Another row than a record of the model is a change that waits for somebody. Raises
    SwitchNotOffered for one without an off switch, and what that service raises.
    """
    return _switch(row, False, expected_version)


@in_unit_of_work
def restore_row(*, row: Row, expected_version: int | None = None) -> Row:
    """The record switched on again, as `deactivate_row`."""
    return _switch(row, True, expected_version)


def _switch(row: Row, is_active: bool, expected_version: int | None) -> Row:
    master = master_of(type(row))
    if master is None or master.switch is None:
        raise SwitchNotOffered()
    switched: Any = master.switch(row, is_active=is_active, expected_version=expected_version)
    return switched  # type: ignore[no-any-return]


def merge_rows(
    *,
    kept: Row,
    merged: Row,
    reason: str,
    expected_version: int | None = None,
) -> MergePlan:
    """Let everything that refers to `merged` refer to `kept`, and take `merged` out of use.

    One transaction, both records locked in primary-key order; what is under way to refer to
    `merged` meanwhile is re-pointed after it (`core.references.stragglers`). Rows of ledgers go on
    referring to it. It is switched off, or removed when its model has no switch. One UPDATE for
    each field, in the order of keys. Emits `<its stream>.merged`; history and events carry the
    reason. `expected_version` is the version of `merged` that was seen.

    Raises what `plan_merge` raises and lists: the first obstacle, MergeCollides; MergeBreaksRule
    when the database refuses; StaleVersion, NotFound, Conflict.
    """
    with change_context(reason=reason), history_context():
        return _merge(kept=kept, merged=merged, expected_version=expected_version)


@in_unit_of_work
def _merge(*, kept: Any, merged: Any, expected_version: int | None) -> MergePlan:
    master = require_merged(kept, merged)
    kept, merged = _lock_both(kept, merged)
    require_version(merged, expected_version)
    plan = plan_merge(kept=kept, merged=merged, user=_acting_user())
    if plan.obstacles:
        raise plan.obstacles[0]
    if not plan.is_possible:
        raise MergeCollides(details=collision_details(plan))
    try:
        moved = _repoint_all(master, kept, merged)
        stayed = {one.label: one.rows_of(merged).count() for one in staying_fields(master.model)}
        _take_out_of_use(master, plan, kept, merged)
        _check_now()
    except IntegrityError as error:
        raise _refusal(error) from error
    kept.emit_event(
        f"{kept.event_stream}.merged",
        {
            "merged_id": merged.pk,
            "moved": {label: count for label, count in moved.items() if count},
            "stayed": {label: count for label, count in stayed.items() if count},
            "removed": plan.is_removed,
        },
    )
    return plan


def _lock_both(kept: Any, merged: Any) -> tuple[Any, Any]:
    """Both records as they are stored, locked until the end. Raises NotFound."""
    _lock_owners(kept, merged)
    model = type(kept)
    rows = lock_rows(model._default_manager.filter(pk__in=[kept.pk, merged.pk]))
    found = {row.pk: row for row in rows}
    if len(found) != 2:
        raise NotFound()
    return found[kept.pk], found[merged.pk]


def _lock_owners(*rows: Any) -> None:
    """The organizations that the rows belong to are locked first, as everywhere."""
    lookup = str(getattr(rows[0], "organization_lookup", ""))
    if not lookup or lookup == "pk" or "__" in lookup:
        return
    owner: Any = type(rows[0])._meta.get_field(lookup)
    keys = {getattr(row, owner.attname) for row in rows}
    owners = owner.related_model._default_manager.filter(pk__in=keys)
    list(owners.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _repoint_all(master: Master, kept: Any, merged: Any) -> dict[str, int]:
    """Every moving field's label to how many rows were re-pointed."""
    return {
        one.label: repoint(one, kept=kept, merged=merged) for one in moving_fields(master.model)
    }


def repoint(referring: ReferringField, *, kept: Any, merged: Any) -> int:
    """Let the rows that refer to `merged` by the field refer to `kept`; how many there were."""
    if referring.field.many_to_many:
        return _repoint_links(referring.field, kept, merged)
    name = referring.field.name
    for flag, losing in yielding_rows(referring.model, name, kept=kept, merged=merged):
        keys = list(losing.order_by("pk").values_list("pk", flat=True))
        referring.model._base_manager.filter(pk__in=keys).update(**{flag: False})
    meta = referring.model._meta
    stamped = {f.name: timezone.now() for f in meta.fields if getattr(f, "auto_now", False)}
    rows = referring.rows_of(merged).order_by("pk").select_for_update(no_key=True).values("pk")
    changed = referring.model._base_manager.filter(pk__in=rows)
    return changed.update(**{name: kept}, **stamped)


def _repoint_links(field: Any, kept: Any, merged: Any) -> int:
    """As `repoint`, for a many-to-many field: who refers to both keeps one link."""
    links = field.remote_field.through._base_manager
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    already = links.filter(**{target: kept}).values(source)
    moved = links.filter(**{target: merged}).exclude(**{f"{source}__in": already})
    count: int = moved.update(**{target: kept})
    links.filter(**{target: merged}).delete()
    return count


def _take_out_of_use(master: Master, plan: MergePlan, kept: Any, merged: Any) -> None:
    """Hand the outside keys over, switch the merged record off or remove it, and let the kept one
    take over what its application wants it to."""
    key = merged.pk
    if plan.handed_over:
        # Unique: one gives it away before the other has it.
        update_and_tell(row=merged, values=dict.fromkeys(plan.handed_over))
    if master.switch is None:
        merged.delete()
        merged.pk = key
    else:
        master.switch(merged, is_active=False, expected_version=None)
    if plan.handed_over:
        update_and_tell(row=kept, values=plan.handed_over)
    if master.absorb is not None:
        master.absorb(kept, merged)


def _check_now() -> None:
    """Let the rules that wait for the commit speak here, where the refusal can be told."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _refusal(error: IntegrityError) -> Exception:
    """The coded refusal for a rule that the plan could not foresee."""
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return MergeBreaksRule(rule=broken) if broken else Conflict()


def _acting_user() -> User | None:
    """The account that acts; None for the system, which sees everything."""
    key = acting_user_key()
    return None if key is None else User.objects.get(pk=key)
