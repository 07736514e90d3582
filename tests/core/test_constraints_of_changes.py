"""A change is held against the constraints that its fields take part in."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from core.editing.services import edit_row
from settings_modules.locations.models import Location
from tests.factories.document_numbers import make_company, make_year

pytestmark = pytest.mark.django_db


def location(**values):
    return Location.objects.create(code="first", name_en="First", **values)


def checks_of(row, **values):
    """How many statements hold values against a constraint while the row is edited."""
    with CaptureQueriesContext(connection) as seen:
        edit_row(row=row, values=values)
    return sum("_check" in each["sql"] for each in seen.captured_queries)


def test_constraint_of_one_changed_field_refuses_it():
    row = location(latitude="33.3", longitude="44.4")
    with pytest.raises(ValidationError) as refused:
        edit_row(row=row, values={"latitude": None})
    assert refused.value.message_dict == {"__all__": ["Give both coordinates or neither."]}


def test_value_that_another_row_has_is_refused_on_its_field():
    products = [Product.objects.create(sku=sku, name_en=sku) for sku in ("A-1", "A-2")]
    with pytest.raises(ValidationError) as refused:
        edit_row(row=products[1], values={"sku": "A-1"})
    assert list(refused.value.message_dict) == ["sku"]


def test_constraint_of_several_fields_is_asked_when_one_of_them_changes():
    company = make_company()
    make_year(company, 2026)
    second = make_year(company, 2027, is_active=False)
    with pytest.raises(ValidationError) as refused:
        edit_row(row=second, values={"name": "FY 2026"})
    assert list(refused.value.message_dict) == ["__all__"]


def test_constraints_of_other_fields_are_not_asked():
    row = location(latitude="33.3", longitude="44.4")
    assert checks_of(row, name_en="Second") == 0
    assert checks_of(row, latitude="33.4") == 2
