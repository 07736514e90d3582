"""What must be settled before a financial year closes: a list that every application adds to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from settings_modules.organizations.models import FinancialYear


@dataclass(frozen=True, slots=True)
class Found:
    """How many records stand in the way, and the page of the back office that lists them."""

    count: int
    link: str = ""


Check = Callable[[FinancialYear], Found]


@dataclass(frozen=True, slots=True)
class ClosingCheck:
    """One line of the checklist. `label` is translatable and names what stands in the way.

    A blocking one must be settled; any other may be waived with a reason.
    """

    code: str
    label: Any
    check: Check
    is_blocking: bool


_checks: dict[str, ClosingCheck] = {}


def declare_closing_check(
    code: str, label: Any, check: Check, *, is_blocking: bool = False
) -> None:
    """Add a line to the checklist. Applications call it in `ready()`.

    `check` reads only, in a bounded number of queries; a count of 0 is settled.
    """
    _checks[code] = ClosingCheck(code, label, check, is_blocking)


def closing_checks() -> list[ClosingCheck]:
    """All lines, the blocking ones first, then in the order of their declaration."""
    return sorted(_checks.values(), key=lambda check: not check.is_blocking)
