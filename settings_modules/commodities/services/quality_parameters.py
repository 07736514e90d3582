"""Changes to what is measured of commodities."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, Max, Value, When

from core.editing.services import create_and_tell, lock_row, update_and_tell
from core.events.services import in_unit_of_work
from core.references.services import remove_row
from settings_modules.commodities.errors import (
    ParameterNameTaken,
    ParametersDiffer,
    TemplateOfOtherCategory,
)
from settings_modules.commodities.models import Commodity, ParameterTemplate, QualityParameter
from settings_modules.commodities.selectors.suggested_parameters import suggested_templates
from settings_modules.commodities.services.parameter_templates import learn_template
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

#: What people may edit. A parameter stays with its commodity; its place is changed with the others.
PARAMETER_FIELDS = DESCRIBING_FIELDS
_ONCE = (
    OnceOnly(
        "parameter_name", "commodities_parameter_name_once", ParameterNameTaken, within="commodity"
    ),
)


@in_unit_of_work
def add_parameter(*, commodity: Commodity, values: Mapping[str, Any]) -> QualityParameter:
    """A new parameter at the end of the commodity's list; emits `quality_parameter.created`.

    The template of this name in the commodity's category counts one use more, a new one is made
    when there is none: in the same transaction. Raises ParameterNameTaken, InvalidInput,
    ValidationError.
    """
    owner = lock_row(commodity, expected_version=None)
    row = _add_at_end(owner, given_values(values, PARAMETER_FIELDS))
    learn_template(category=owner.category, parameter=row)
    return row


def _add_at_end(owner: Commodity, given: Mapping[str, Any]) -> QualityParameter:
    last = owner.parameters.aggregate(last=Max("display_order"))["last"] or 0
    row = QualityParameter(commodity=owner, display_order=last + 1, **given)
    require_sound(row)
    refuse_taken(row, _ONCE)
    with telling_taken(row, _ONCE):
        return create_and_tell(row=row)


@in_unit_of_work
def update_parameter(
    *, parameter: QualityParameter, values: Mapping[str, Any], expected_version: int | None = None
) -> QualityParameter:
    """The parameter with the fields given; emits `quality_parameter.updated` when something
    changed. Raises ParameterNameTaken, InvalidInput, ValidationError, StaleVersion."""
    stored = lock_row(parameter, expected_version=expected_version)
    given = given_values(values, PARAMETER_FIELDS)
    intended = copy.copy(stored)
    for name, value in given.items():
        setattr(intended, name, value)
    require_sound(intended)
    refuse_taken(intended, _ONCE, changed=set(given))
    with telling_taken(intended, _ONCE):
        return update_and_tell(row=stored, values=given)


@in_unit_of_work
def remove_parameter(*, parameter: QualityParameter, expected_version: int | None = None) -> None:
    """The parameter removed; emits `quality_parameter.removed`. Raises StaleVersion, StillInUse."""
    remove_row(row=parameter, expected_version=expected_version)


@in_unit_of_work
def reorder_parameters(*, commodity: Commodity, order: Sequence[int]) -> list[QualityParameter]:
    """The commodity's parameters in the order of these keys, in one statement; emits
    `commodity.parameters_reordered` when a place changed.

    Raises ParametersDiffer unless every parameter of the commodity is named once and no other.
    """
    owner = lock_row(commodity, expected_version=None)
    before = list(owner.parameters.order_by("display_order", "id").values_list("pk", flat=True))
    if sorted(before) != sorted(order):
        raise ParametersDiffer(field="order")
    if before != list(order):
        places = [When(pk=key, then=Value(place)) for place, key in enumerate(order, start=1)]
        owner.parameters.update(display_order=Case(*places))
        owner.emit_event("commodity.parameters_reordered", {"order": list(order)})
    return list(owner.parameters.order_by("display_order", "id"))


@in_unit_of_work
def add_suggested(
    *, commodity: Commodity, templates: Sequence[ParameterTemplate]
) -> list[QualityParameter]:
    """Parameters as the templates describe them, in the order of their suggestion, all or none;
    each as `add_parameter`. What the commodity has already is passed over.

    Raises TemplateOfOtherCategory for one that is not suggested for the commodity.
    """
    owner = lock_row(commodity, expected_version=None)
    chosen = {template.pk for template in templates}
    suggested = {each.template.pk: each for each in suggested_templates(owner)}
    for template in templates:
        if template.pk not in suggested:
            raise TemplateOfOtherCategory(field="templates", name=template.parameter_name)
    added = []
    for key, each in suggested.items():
        if key in chosen and not each.is_there:
            described = {name: getattr(each.template, name) for name in DESCRIBING_FIELDS}
            row = _add_at_end(owner, {**described, "is_active": True})
            learn_template(category=each.template.category, parameter=row)
            added.append(row)
    return added
