"""What is missing or doubtful in the commodities: each a question with a condition, counted all in
one query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from settings_modules.commodities.models import Commodity
from settings_modules.commodities.selectors.references import used_commodities

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class QualityQuestion:
    """`condition` makes the condition that a commodity in question fulfils, anew for each query:
    it may depend on the day."""

    key: str
    label: StrOrPromise
    condition: Callable[[], Q]


_questions: dict[str, QualityQuestion] = {}


def declare_quality_question(key: str, label: StrOrPromise, condition: Callable[[], Q]) -> None:
    """Add a question to the list of commodities; the last one of a key counts."""
    _questions[key] = QualityQuestion(key, label, condition)


def quality_questions() -> list[QualityQuestion]:
    """All questions in the order in which they were declared."""
    return list(_questions.values())


def quality_counts() -> dict[str, int]:
    """Question to the number of commodities, in one query."""
    counts = {key: Count("pk", filter=one.condition()) for key, one in _questions.items()}
    return Commodity.objects.order_by().aggregate(**counts)


declare_quality_question(
    "missing_tax_code", _("HSN code missing"), lambda: Q(is_active=True, tax_code=None)
)
declare_quality_question(
    "inactive_in_use", _("Inactive but in use"), lambda: Q(is_active=False) & used_commodities()
)
