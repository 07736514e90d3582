"""Changes to what is usually measured of a category's commodities."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from core.editing.services import create_and_tell, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from settings_modules.commodities.errors import ParameterTemplateNameTaken
from settings_modules.commodities.models import (
    CommodityCategory,
    ParameterTemplate,
    QualityParameter,
)
from settings_modules.commodities.parameter_seeds import SeedCategory, seed_rows
from settings_modules.commodities.services.parameter_values import (
    DESCRIBING_FIELDS,
    given_values,
    require_sound,
)
from settings_modules.commodities.services.taken_names import (
    OnceOnly,
    refuse_taken,
    telling_taken,
)

#: What people may edit.
TEMPLATE_FIELDS = ("category", *DESCRIBING_FIELDS, "description", "source")
#: The source of a template that a parameter of a commodity became.
LEARNED = "Learned"
_ONCE = (
    OnceOnly(
        "parameter_name",
        "commodities_template_name_once",
        ParameterTemplateNameTaken,
        within="category",
    ),
)


@in_unit_of_work
def create_template(*, values: Mapping[str, Any]) -> ParameterTemplate:
    """A new template; emits `parameter_template.created`.

    Raises ParameterTemplateNameTaken, InvalidInput, ValidationError.
    """
    row = ParameterTemplate(**given_values(values, TEMPLATE_FIELDS))
    require_sound(row)
    refuse_taken(row, _ONCE)
    with telling_taken(row, _ONCE):
        return create_and_tell(row=row)


@in_unit_of_work
def update_template(
    *, template: ParameterTemplate, values: Mapping[str, Any], expected_version: int | None = None
) -> ParameterTemplate:
    """The template with the fields given; emits `parameter_template.updated` when something
    changed. Raises what `create_template` raises, and StaleVersion."""
    stored = lock_row(template, expected_version=expected_version)
    given = given_values(values, TEMPLATE_FIELDS)
    intended = copy.copy(stored)
    for name, value in given.items():
        setattr(intended, name, value)
    require_sound(intended)
    refuse_taken(intended, _ONCE, changed=set(given))
    with telling_taken(intended, _ONCE):
        return update_and_tell(row=stored, values=given)


@in_unit_of_work
def learn_template(*, category: CommodityCategory, parameter: QualityParameter) -> None:
    """Count one use of the category's template of the parameter's name; without one the parameter
    becomes one, with `parameter_template.created`. Two uses at once count two."""
    described = {name: getattr(parameter, name) for name in DESCRIBING_FIELDS}
    template, is_new = ParameterTemplate.objects.get_or_create(
        category=category,
        parameter_name__iexact=parameter.parameter_name,
        defaults={**described, "source": LEARNED},
    )
    ParameterTemplate.objects.filter(pk=template.pk).update(usage_count=F("usage_count") + 1)
    if is_new:
        template.emit_event("parameter_template.created")


def plant_templates(categories: Any, templates: Any) -> int:
    """Store the templates that every installation begins with, and the categories they are of.

    `categories` and `templates` are the models, or their past states in a migration. What is there
    is left as it is. The number of templates added.
    """
    added = 0
    for seed in seed_rows():
        category = _planted(categories, seed.category)
        known = templates._default_manager.filter(
            category=category, parameter_name__iexact=seed.values["parameter_name"]
        )
        if not known.exists():
            templates._default_manager.create(category=category, **seed.values)
            added += 1
    return added


def _planted(categories: Any, seed: SeedCategory) -> Any:
    """The category with the seed's code, made when it is not there."""
    parent = _planted(categories, seed.parent) if seed.parent else None
    names = {"name_en": seed.name_en, "name_ar": seed.name_ar}
    found, _ = categories._default_manager.get_or_create(
        code=seed.code, defaults={**names, "parent": parent}
    )
    return found
