"""Two people who change the tiers of one commission at the same moment."""

from __future__ import annotations

from decimal import Decimal

from settings_modules.commodities.models import CommissionStructure, CommissionTier
from settings_modules.commodities.services import commissions
from settings_modules.commodities.services.commissions import update_commission
from tests.concurrency.threads import run_together
from tests.factories.commissions import make_commission


def _change_together() -> tuple[list[str], list[Decimal]]:
    """How it went for each of two who saw the first version, and the rates there are then."""
    commission = make_commission(
        commission_type="TIERED",
        tier_basis="AMOUNT",
        tiers=[{"starts_at": Decimal(0), "rate": Decimal(1)}],
    )

    def change(number: int) -> str:
        tier = {"starts_at": Decimal(number), "rate": Decimal(number)}
        update_commission(commission=commission, values={"tiers": [tier]}, expected_version=1)
        return "changed"

    found = run_together(change, (2, 3))
    rates = CommissionTier.objects.values_list("rate", flat=True)
    return (
        sorted(type(each).__name__ if isinstance(each, Exception) else each for each in found),
        list(rates),
    )


def test_one_of_two_who_change_the_tiers_is_told_of_the_other(committed_db):
    outcomes, rates = _change_together()
    assert outcomes == ["StaleVersion", "changed"]
    assert len(rates) == 1
    assert CommissionStructure.objects.get().version == 2


def test_without_a_step_of_the_version_the_second_overwrites_what_nobody_saw(
    committed_db, monkeypatch
):
    monkeypatch.setattr(commissions, "_step_version", lambda commission: None)
    outcomes, rates = _change_together()
    assert outcomes == ["changed", "changed"]
    assert len(rates) == 1
