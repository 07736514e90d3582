"""Changes to the categories of commodities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from core.editing.services import create_and_tell, editable, update_and_tell
from core.events.services import in_unit_of_work
from core.i18n import language_columns
from settings_modules.commodities.errors import CategoryCircle
from settings_modules.commodities.goods_words import words_of
from settings_modules.commodities.models import CommodityCategory

CATEGORY_FIELDS = (
    *("code", *language_columns("name"), "parent"),
    *("keywords", "priority", "is_active"),
)
#: A category that is part of as many others is part of itself.
_DEEPEST = 20


@in_unit_of_work
def create_category(*, values: Mapping[str, Any]) -> CommodityCategory:
    """A new category, its words folded; emits `commodity_category.created`.

    Raises ValidationError.
    """
    given = _with_folded_words(editable(values, CATEGORY_FIELDS))
    return create_and_tell(row=CommodityCategory(**given))


@in_unit_of_work
def update_category(
    *, category: CommodityCategory, values: Mapping[str, Any], expected_version: int | None = None
) -> CommodityCategory:
    """The category with the fields given; emits `commodity_category.updated` when something
    changed. Raises CategoryCircle, StaleVersion, ValidationError."""
    given = _with_folded_words(editable(values, CATEGORY_FIELDS))
    if given.get("parent") is not None:
        _require_no_circle(category, given["parent"])
    return update_and_tell(row=category, values=given, expected_version=expected_version)


def _with_folded_words(values: dict[str, Any]) -> dict[str, Any]:
    if "keywords" not in values:
        return values
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fold_text(word) FROM unnest(%s::text[]) WITH ORDINALITY AS given (word, place)"
            " ORDER BY place",
            [[str(word).replace("\0", "") for word in values["keywords"]]],
        )
        folded = [" ".join(words_of(word)) for (word,) in cursor.fetchall()]
    return {**values, "keywords": list(dict.fromkeys(word for word in folded if word))}


def _require_no_circle(category: CommodityCategory, parent: CommodityCategory) -> None:
    above: CommodityCategory | None = parent
    for _ in range(_DEEPEST):
        if above is None:
            return
        if above.pk == category.pk:
            break
        above = above.parent
    raise CategoryCircle(field="parent", parent=parent, name=category)
