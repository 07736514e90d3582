"""Which international template fits a good, and what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.i18n import language_columns
from settings_modules.commodities.errors import (
    InternationalFieldUnknown,
    InternationalTemplateUnknown,
)
from settings_modules.commodities.goods_words import holds_phrase, plain_words
from settings_modules.commodities.international_templates import (
    BY_KEY,
    DEFAULT,
    TEMPLATES,
    InternationalTemplate,
)
from settings_modules.commodities.models import Commodity

_KNOWN_GOOD, _ANY_GOOD = Decimal("0.95"), Decimal("0.40")
#: Names longer than this are of no good; the beginning is looked at.
_LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class InternationalSuggestion:
    """A template with how sure it is, 0 to 1, and why; `values` may be empty.

    Raises ValueError for a confidence outside of 0 to 1.
    """

    template: str
    confidence: Decimal
    reason: str
    reason_ar: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError("confidence is between 0 and 1")


@dataclass(frozen=True, slots=True)
class ProposedField:
    """One field of the comparison: as it is, as the template has it.

    `is_set` is whether the commodity says anything now: what nobody has touched can be taken over
    without losing anything.
    """

    name: str
    now: Any
    proposed: Any
    is_set: bool

    @property
    def is_changed(self) -> bool:
        """Whether taking it over would change the commodity."""
        return bool(self.now != self.proposed)


def suggest_international(names: Iterable[str]) -> InternationalSuggestion:
    """The template whose phrase is among the words of one of the names, the longest phrase first;
    the default one for anything else, and for no name."""
    best: tuple[int, InternationalTemplate, str] | None = None
    for name in names:
        words = plain_words(name[:_LONGEST_NAME])
        for template in TEMPLATES:
            phrase = _phrase_in(words, template)
            if phrase and (best is None or len(phrase) > best[0]):
                best = (len(phrase), template, phrase)
    if best is not None:
        _, template, phrase = best
        return InternationalSuggestion(
            template.key,
            _KNOWN_GOOD,
            f"The name has “{phrase}”.",
            f"يحتوي الاسم على «{phrase}».",
            template.values,
        )
    return InternationalSuggestion(
        DEFAULT,
        _ANY_GOOD,
        "No template is for these goods: what any good begins with.",
        "لا يوجد قالب لهذه السلعة: ما تبدأ به أي سلعة.",
        BY_KEY[DEFAULT].values,
    )


def _phrase_in(words: list[str], template: InternationalTemplate) -> str:
    """The longest phrase of the template among the words; "" when another word speaks against."""
    if any(holds_phrase(words, plain_words(word)) for word in template.not_with):
        return ""
    found = [phrase for phrase in template.phrases if holds_phrase(words, plain_words(phrase))]
    return max(found, key=len, default="")


def suggestion_for(commodity: Commodity, template: str = "") -> InternationalSuggestion:
    """The suggestion by the commodity's names, or the template asked for.

    Raises InternationalTemplateUnknown.
    """
    if not template:
        return suggest_international(getattr(commodity, name) for name in language_columns("name"))
    chosen = template_named(template)
    return InternationalSuggestion(chosen.key, Decimal(1), "Asked for.", "مطلوب.", chosen.values)


def template_named(key: str) -> InternationalTemplate:
    """The template. Raises InternationalTemplateUnknown."""
    found = BY_KEY.get(key)
    if found is None:
        raise InternationalTemplateUnknown(field="template", template=key)
    return found


def compared(commodity: Commodity, values: Mapping[str, Any]) -> list[ProposedField]:
    """The commodity's fields beside the template's, in the template's order."""
    return [
        ProposedField(name, getattr(commodity, name), proposed, _is_set(commodity, name))
        for name, proposed in values.items()
    ]


def _is_set(commodity: Commodity, name: str) -> bool:
    return bool(getattr(commodity, name) not in (None, "", [], {}, False))


def chosen_values(template: str, fields: Iterable[str]) -> dict[str, Any]:
    """The template's values of the chosen fields.

    Raises InternationalTemplateUnknown, InternationalFieldUnknown.
    """
    values = template_named(template).values
    for index, name in enumerate(fields := list(fields)):
        if name not in values:
            raise InternationalFieldUnknown(field=f"fields[{index}]", name=name)
    return {name: values[name] for name in fields}
