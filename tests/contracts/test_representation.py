"""What staff are answered of a record is what DRF answers, field by field."""

from __future__ import annotations

import pytest
from django.urls import get_resolver
from rest_framework import serializers
from rest_framework.test import APIRequestFactory

from core.api.staff import StaffSerializer
from core.identity.models import User
from tests.contracts.api_callers import make_callers_shop


def _shapes() -> dict[str, type[StaffSerializer]]:
    """Every declared shape of a record, by its name."""
    assert get_resolver().url_patterns
    found, waiting = {}, [StaffSerializer]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        of_models = [each for each in subclasses if hasattr(getattr(each, "Meta", None), "model")]
        found |= {each.__qualname__: each for each in of_models}
    return found


@pytest.mark.django_db
def test_every_shape_answers_as_drf_does():
    make_callers_shop()
    request = APIRequestFactory().get("/")
    request.user = User.objects.get(email="root@example.com")
    compared = set()
    for name, shape in _shapes().items():
        for row in shape.Meta.model._default_manager.all()[:3]:
            ours = shape(row, context={"request": request})
            theirs = serializers.ModelSerializer.to_representation(ours, row)
            assert ours.data == theirs, name
            assert list(ours.data) == list(theirs)
            compared.add(name)
    assert compared == set(_shapes())
