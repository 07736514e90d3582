"""Revising the rates of many codes at once, and taking that back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from core.editing.services import add_row, lock_row
from core.events.services import in_unit_of_work
from core.locking import lock_rows
from settings_modules.commodities.errors import (
    RevisionChangesNothing,
    RevisionInTheWay,
    RevisionNotReversible,
    RevisionReversed,
)
from settings_modules.commodities.models import TaxCode, TaxRate, TaxRateRevision
from settings_modules.commodities.selectors.rate_revisions import (
    PlannedCode,
    RevisionPlan,
    plan_revision,
)

_MOST_TOLD = 5
_BATCH = 1_000


@in_unit_of_work
def apply_revision(
    *,
    codes: Sequence[str],
    rate: Decimal,
    valid_from: datetime.date,
    notification: str,
    kind: str = "hsn",
    is_prefix: bool = False,
) -> TaxRateRevision:
    """Give the codes the rate from that day on; emits `tax_rate_revision.applied`.

    What is open ends the day before, in the same transaction. Raises RevisionCodesUnknown,
    RevisionInTheWay with all codes that have a later or ending rate, RevisionChangesNothing,
    ValidationError.
    """
    revision = add_row(
        row=TaxRateRevision(
            kind=kind,
            codes=list(dict.fromkeys(codes)),
            is_prefix=is_prefix,
            rate=rate,
            valid_from=valid_from,
            notification=notification,
        )
    )
    plan = _locked_plan(revision)
    _require_possible(plan)
    closed = _close(revision, plan.codes)
    _add(revision, plan.codes)
    revision.added_count, revision.closed_count = len(plan.codes), closed
    revision.save(update_fields=["added_count", "closed_count", "updated_at"])
    _tell(revision)
    revision.refresh_from_db()
    return revision


def _add(revision: TaxRateRevision, codes: list[PlannedCode]) -> None:
    TaxRate.objects.bulk_create(
        (
            TaxRate(
                tax_code_id=each.tax_code_id,
                rate=revision.rate,
                valid_from=revision.valid_from,
                notification=revision.notification,
                added_by_revision=revision,
            )
            for each in codes
        ),
        batch_size=_BATCH,
    )


def _tell(revision: TaxRateRevision) -> None:
    revision.emit_event(
        "tax_rate_revision.applied",
        {
            "rate": f"{revision.rate:f}",
            "valid_from": revision.valid_from.isoformat(),
            "notification": revision.notification,
            "added": revision.added_count,
            "closed": revision.closed_count,
        },
    )


def _locked_plan(revision: TaxRateRevision) -> RevisionPlan:
    """The plan, made again once its codes are locked: of two revisions one waits."""

    def plan() -> RevisionPlan:
        return plan_revision(
            kind=revision.kind,
            codes=revision.codes,
            is_prefix=revision.is_prefix,
            rate=revision.rate,
            valid_from=revision.valid_from,
        )

    keys = [each.tax_code_id for each in _every(plan())]
    lock_rows(TaxCode.objects.filter(pk__in=keys).only("pk"))
    return plan()


def _every(plan: RevisionPlan) -> list[PlannedCode]:
    return [*plan.codes, *plan.unchanged, *plan.in_the_way]


def _require_possible(plan: RevisionPlan) -> None:
    if plan.in_the_way:
        names = [each.code for each in plan.in_the_way]
        refusal = RevisionInTheWay(
            field="valid_from", count=len(names), codes=", ".join(names[:_MOST_TOLD])
        )
        refusal.extra = {"codes": names}
        raise refusal
    if not plan.codes:
        raise RevisionChangesNothing(field="rate")


def _close(revision: TaxRateRevision, codes: list[PlannedCode]) -> int:
    keys = [each.closes for each in codes if each.closes is not None]
    return TaxRate.objects.filter(pk__in=keys).update(
        valid_until=revision.valid_from - datetime.timedelta(days=1),
        closed_by_revision=revision,
        updated_at=timezone.now(),
    )


@in_unit_of_work
def reverse_revision(
    *, revision: TaxRateRevision, expected_version: int | None = None
) -> TaxRateRevision:
    """Take the revision back: its rates go, what it closed is open again; emits
    `tax_rate_revision.reversed`.

    Raises RevisionReversed, RevisionNotReversible when one of these rates was changed since or is
    gone; StaleVersion.
    """
    stored = lock_row(revision, expected_version=expected_version)
    if stored.reversed_at is not None:
        raise RevisionReversed()
    added = lock_rows(TaxRate.objects.filter(added_by_revision=stored))
    closed = lock_rows(TaxRate.objects.filter(closed_by_revision=stored))
    _require_untouched(stored, added, closed)
    TaxRate.objects.filter(pk__in=[each.pk for each in added]).delete()
    reopened = TaxRate.objects.filter(pk__in=[each.pk for each in closed]).update(
        valid_until=None, closed_by_revision=None, updated_at=timezone.now()
    )
    stored.reversed_at = timezone.now()
    stored.save(update_fields=["reversed_at", "updated_at"])
    stored.emit_event("tax_rate_revision.reversed", {"removed": len(added), "reopened": reopened})
    stored.refresh_from_db()
    return stored


def _require_untouched(
    revision: TaxRateRevision, added: list[TaxRate], closed: list[TaxRate]
) -> None:
    """The rates are those that the revision made, and none covers the days that open again."""
    day = revision.valid_from
    last = day - datetime.timedelta(days=1)
    changed = sum(
        (each.rate, each.valid_from, each.valid_until) != (revision.rate, day, None)
        for each in added
    )
    changed += sum(each.valid_until != last for each in closed)
    changed += abs(revision.added_count - len(added)) + abs(revision.closed_count - len(closed))
    later = TaxRate.objects.filter(
        ~Q(added_by_revision=revision) | Q(added_by_revision=None),
        tax_code__in=[each.tax_code_id for each in closed],
        valid_from__gte=day,
    )
    changed += later.count()
    if changed:
        raise RevisionNotReversible(count=changed)
