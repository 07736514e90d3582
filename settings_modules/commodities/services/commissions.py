"""Changes to commissions and their tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone

from core.editing.services import create_and_tell, edit_row, editable, lock_row
from core.events.services import in_unit_of_work
from core.money import plain_number
from core.references.services import require_unused
from settings_modules.commodities.enums import CommissionType
from settings_modules.commodities.errors import CommissionValueMisplaced
from settings_modules.commodities.models import CommissionStructure, CommissionTier
from settings_modules.commodities.services.commission_values import (
    TIER_FIELDS,
    Tier,
    checked_commission_values,
    checked_tiers,
)

#: What people may edit, beside the tiers.
COMMISSION_FIELDS = (
    *("name", "description", "commodity", "trade_type", "country", "applies_to"),
    *("commission_type", "rate", "rate_per_country", "currency", "min_amount", "max_amount"),
    *("forex_adjustment", "apply_forex_on_cross_border", "tier_basis", "tier_unit"),
    *("valid_from", "valid_until", "priority", "is_active"),
)


@in_unit_of_work
def create_commission(*, values: Mapping[str, Any]) -> CommissionStructure:
    """A new commission, with the `tiers` given; emits `commission.created`.

    Raises ValidationError, and what `checked_commission_values` and `checked_tiers` raise.
    """
    given = checked_commission_values(editable(values, COMMISSION_FIELDS), CommissionStructure())
    commission = create_and_tell(row=CommissionStructure(**given))
    _replace_tiers(commission, values.get("tiers"))
    return commission


@in_unit_of_work
def update_commission(
    *,
    commission: CommissionStructure,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> CommissionStructure:
    """The commission with the fields given; with `tiers` it has these and no others.

    Emits one `commission.updated` when something changed. Raises StaleVersion, and what
    `create_commission` raises.
    """
    stored = lock_row(commission, expected_version=expected_version)
    given = checked_commission_values(editable(values, COMMISSION_FIELDS), stored)
    edit = edit_row(row=stored, values=given)
    tiers = _replace_tiers(edit.row, values.get("tiers"))
    if tiers and not edit:
        _step_version(edit.row)
    if edit or tiers:
        edit.row.emit_event("commission.updated", {"changes": {**edit.changes, **tiers}})
    return edit.row


@in_unit_of_work
def remove_commission(
    *, commission: CommissionStructure, expected_version: int | None = None
) -> None:
    """Remove the commission with its tiers; emits `commission.removed`.

    Raises StillInUse when anything but its tiers refers to it, StaleVersion, NotFound.
    """
    stored = lock_row(commission, expected_version=expected_version)
    CommissionTier.objects.filter(structure=stored).delete()
    require_unused(stored)
    stored.emit_event("commission.removed")
    CommissionStructure.objects.filter(pk=stored.pk).delete()


def _replace_tiers(
    commission: CommissionStructure, tiers: Iterable[Mapping[str, Any]] | None
) -> dict[str, Any]:
    """Give the commission these tiers; None leaves those that it has, as far as its kind has any.

    What changed, as events tell it. Call it under the commission's lock.
    """
    stored = list(commission.tiers.order_by("currency", "starts_at"))
    before = [_values(row) for row in stored]
    if commission.commission_type != CommissionType.TIERED:
        if tiers:
            raise CommissionValueMisplaced(field="tiers")
        after: list[Tier] = []
    else:
        wanted = before if tiers is None else tiers
        after = checked_tiers(wanted, basis=commission.tier_basis)
    if before == after:
        return {}
    gone = [row.pk for row in stored if _values(row) not in after]
    CommissionTier.objects.filter(pk__in=gone).delete()
    CommissionTier.objects.bulk_create(
        CommissionTier(structure=commission, **tier) for tier in after if tier not in before
    )
    return {"tiers": {"old": [_told(tier) for tier in before], "new": [_told(t) for t in after]}}


def _values(row: CommissionTier) -> Tier:
    return {name: getattr(row, name) for name in TIER_FIELDS}


def _told(tier: Tier) -> dict[str, str | None]:
    """A tier as events carry it."""
    return {
        name: value if value is None or isinstance(value, str) else plain_number(value)
        for name, value in tier.items()
    }


def _step_version(commission: CommissionStructure) -> None:
    """Tiers are part of what people have seen of the commission."""
    CommissionStructure.objects.filter(pk=commission.pk).update(
        version=F("version") + 1, updated_at=timezone.now()
    )
    commission.version += 1
