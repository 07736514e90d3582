"""What is missing or doubtful in the commodities: each a question with a condition, counted all in
one query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Func, OuterRef, Q, TextField
from django.db.models.functions import StrIndex
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from settings_modules.commodities.models import Commodity, HsnKnowledge, TaxRate
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


def has_unverified_tax_code() -> Q:
    """Active commodities whose tax code no person has verified for goods of their name."""
    goods = Func(OuterRef("name_en"), function="fold_text", output_field=TextField())
    verified = HsnKnowledge.objects.filter(
        tax_code=OuterRef("tax_code"), folded_name=goods, is_verified=True, is_active=True
    )
    return Q(is_active=True, tax_code__isnull=False) & Q(~Exists(verified))


def has_expired_rate() -> Q:
    """Active commodities without a rate of their own whose code, and every shorter one, had rates
    of which none is in force today."""
    today = timezone.localdate()
    of_code = TaxRate.objects.annotate(
        begins_at=StrIndex(OuterRef("tax_code__code"), F("tax_code__code"))
    ).filter(tax_code__kind=OuterRef("tax_code__kind"), begins_at=1)
    in_force = of_code.filter(valid_from__lte=today).filter(
        Q(valid_until=None) | Q(valid_until__gte=today)
    )
    return (
        Q(is_active=True, gst_rate=None, tax_code__isnull=False)
        & Q(Exists(of_code.filter(valid_until__lt=today)))
        & Q(~Exists(in_force))
    )


declare_quality_question(
    "missing_tax_code", _("HSN code missing"), lambda: Q(is_active=True, tax_code=None)
)
declare_quality_question("unverified_tax_code", _("HSN code not verified"), has_unverified_tax_code)
declare_quality_question("expired_rate", _("Tax rate has ended"), has_expired_rate)
declare_quality_question(
    "inactive_in_use", _("Inactive but in use"), lambda: Q(is_active=False) & used_commodities()
)
