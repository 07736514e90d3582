"""What is usually measured of a commodity of this kind, the most used first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from core.i18n import language_columns
from settings_modules.commodities.goods_words import holds_phrase, plain_words
from settings_modules.commodities.models import Commodity, CommodityCategory, ParameterTemplate

#: As many are suggested.
MOST_SUGGESTIONS = 20
_DEEPEST = 10
_MOST_READ = 500


@dataclass(frozen=True, slots=True)
class SuggestedParameter:
    """A template, and whether the commodity has a parameter of its name already."""

    template: ParameterTemplate
    is_there: bool


def suggested_templates(commodity: Commodity) -> list[SuggestedParameter]:
    """Templates of the commodity's category, of those that it is part of, and of those parts of it
    whose name is a word of the commodity's: cotton among natural fibres.

    By use, the mandatory ones first among equals, then by name; at most `MOST_SUGGESTIONS`, of each
    name one.
    """
    there = {
        name.casefold() for name in commodity.parameters.values_list("parameter_name", flat=True)
    }
    rows = (
        ParameterTemplate.objects.filter(category__in=_categories(commodity), is_active=True)
        .select_related("category")
        .order_by("-usage_count", "-is_mandatory", "parameter_name", "id")
    )
    found: dict[str, SuggestedParameter] = {}
    for template in rows[:_MOST_READ]:
        key = template.parameter_name.casefold()
        if key not in found and len(found) < MOST_SUGGESTIONS:
            found[key] = SuggestedParameter(template, key in there)
    return list(found.values())


def _categories(commodity: Commodity) -> list[int]:
    """The keys of the categories whose templates fit, in one query for each level above."""
    keys = [commodity.category_id]
    above = commodity.category.parent
    while above is not None and above.pk not in keys and len(keys) < _DEEPEST:
        keys.append(above.pk)
        above = above.parent
    names = [plain_words(getattr(commodity, name)) for name in language_columns("name")]
    parts = CommodityCategory.objects.filter(Q(parent_id=commodity.category_id))
    for part in parts.only(*language_columns("name")):
        phrases = [getattr(part, name) for name in language_columns("name")]
        if any(holds_phrase(words, plain_words(phrase)) for words in names for phrase in phrases):
            keys.append(part.pk)
    return keys
