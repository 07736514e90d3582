"""What a location's values must be before they are stored, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from core.i18n import language_columns
from settings_modules.locations.enums import STOCK_KINDS, Region
from settings_modules.locations.errors import LocationCircle, OnlyStockPlacesSell
from settings_modules.locations.models import Location
from settings_modules.locations.opening_hours import sorted_hours
from settings_modules.locations.places.derivation import derived_values
from settings_modules.locations.selectors.locations import path_to

Values = Mapping[str, Any]

_NAMES = language_columns("name")
#: What region and time zone follow from.
_WHERE = ("state_code", "state", "country", "latitude", "longitude")
#: Values that mean: derive it.
_UNSET = {"region": ("", Region.UNKNOWN.value), "timezone": ("",)}


def complete_values(values: Values, *, stored: Location) -> dict[str, Any]:
    """The values with texts in their usual form, hours sorted, and what follows from the place.

    `stored` is the row before the change, an unsaved one when it is new. Region, time zone and
    state code follow from the place unless the caller or somebody before has set them otherwise.
    Raises LocationCircle, OnlyStockPlacesSell, ValidationError.
    """
    given = _usual_form(values)
    given |= _selling(given, stored)
    given |= following_values(given, stored)
    _refuse_circle(given, stored)
    return given


def require_name(location: Location) -> None:
    """Raise ValidationError when the location has no name in any language."""
    if not any(getattr(location, name) for name in _NAMES):
        message = _("Give a name in at least one language.")
        raise ValidationError({"name_en": ValidationError(message, code="required")})


def _usual_form(values: Values) -> dict[str, Any]:
    given = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    for name in ("country", "state_code"):
        if name in given:
            given[name] = given[name].upper()
    if "opening_hours" in given:
        try:
            given["opening_hours"] = sorted_hours(given["opening_hours"] or {})
        except ValidationError as error:
            raise ValidationError({"opening_hours": error}) from error
    return given


def _selling(given: dict[str, Any], stored: Location) -> dict[str, bool]:
    """Places of other kinds sell nothing. Raises OnlyStockPlacesSell when it is asked for."""
    if given.get("kind", stored.kind) in STOCK_KINDS:
        return {}
    if given.get("is_sellable"):
        raise OnlyStockPlacesSell(field="is_sellable")
    is_new_or_changed = stored.pk is None or "kind" in given
    return {"is_sellable": False} if is_new_or_changed and stored.is_sellable else {}


def following_values(given: Values, stored: Location) -> dict[str, Any]:
    """Region, time zone, state and its code as they follow from where the place is.

    Only what is to be written: nothing when the place stays where it is, and no value that the
    caller or somebody before has chosen.
    """
    before = {name: getattr(stored, name) for name in _WHERE}
    after = {**before, **{name: given[name] for name in _WHERE if name in given}}
    was, now = derived_values(before), derived_values(after)
    moved = before != after
    found: dict[str, Any] = {}
    for name, unset in _UNSET.items():
        chosen = given.get(name, getattr(stored, name))
        is_own_choice = chosen not in unset and (name in given or chosen != was[name])
        if not is_own_choice and (moved or name in given or stored.pk is None):
            found[name] = now[name]
    if "state_code" in given or "state" in given or "country" in given:
        found |= {name: now[name] for name in ("state_code", "state") if name in now}
    return found


def is_circle(error: IntegrityError) -> bool:
    """Whether the database refused to make a location a part of itself."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", "") == "locations_no_circle"


def _refuse_circle(given: dict[str, Any], stored: Location) -> None:
    parent = given.get("parent")
    if parent is None or stored.pk is None:
        return
    if any(above.pk == stored.pk for above in path_to(parent)):
        raise LocationCircle(field="parent", parent=str(parent), name=str(stored))
