"""Folding of search words, tried with made-up texts."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import strategies as st

from catalog.selectors.product_lists import matching_products
from tests.factories.catalog import make_product
from tests.tries import try_values

pytestmark = [pytest.mark.django_db, pytest.mark.made_up]
COUNT = 100
#: PostgreSQL's text has neither NUL nor halves of surrogate pairs; the doors refuse them.
ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
ARABIC = st.text("أإآٱاىيئةهؤو٠١٢٣۴۵ ًٌٍَُِّْـ -%_\\a", max_size=20)


def _folded(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_text(%s)", [text])
        folded: str = cursor.fetchone()[0]
    return folded


def test_folding_twice_is_folding_once(storm):
    def check(text: str) -> None:
        once = _folded(text)
        assert _folded(once) == once

    try_values(check, count=COUNT, storm=storm, text=ANY | ARABIC)


def test_a_product_is_found_by_every_word_of_its_name(storm):
    product = make_product(sku="A-1", name="Cable")

    def check(text: str) -> None:
        type(product).objects.filter(pk=product.pk).update(name_ar=text[:40])
        product.refresh_from_db()
        for word in text.split():
            assert list(matching_products(word)) == [product]

    try_values(check, count=COUNT, storm=storm, text=ARABIC)
