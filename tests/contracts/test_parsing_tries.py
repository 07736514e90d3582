"""What we parse ourselves, tried with made-up values: each with an exact promise."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from core.api.audit_parameters import AuditForm, InstantField
from core.api.filters import TruthField
from core.api.pagination import PagePagination
from core.api.preconditions import expected_version
from core.editing.errors import PreconditionMissing
from core.idempotency.errors import KeyMalformed
from core.idempotency.services import checked_key, hash_of
from core.money import grouped_number, plain_number
from tests.tries import try_values

pytestmark = pytest.mark.made_up
COUNT = 200
HEADER_TEXT = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def _with_tag(text: str) -> Request:
    return Request(RequestFactory().patch("/", headers={"if-match": text}))


def test_every_tag_of_ours_is_read_as_its_version(storm):
    def check(version: int, weak: bool, around: str) -> None:
        text = f'{around}{"W/" if weak else ""}"{version}"{around}'
        assert expected_version(_with_tag(text)) == version

    try_values(
        check,
        count=COUNT,
        storm=storm,
        version=st.integers(0, 10**10 - 1),
        weak=st.booleans(),
        around=st.text(" \t", max_size=3),
    )


def test_any_other_tag_is_none(storm):
    def check(text: str) -> None:
        if re.fullmatch(r'(W/)?"[0-9]{1,10}"', text.strip()):
            return
        with pytest.raises(PreconditionMissing):
            expected_version(_with_tag(text))

    near = st.text('W/"*, 0123456789', max_size=14)
    try_values(check, count=COUNT, storm=storm, text=HEADER_TEXT | near)


def test_keys_are_taken_by_their_letters_and_length_alone(storm):
    letters = string.ascii_letters + string.digits + "_.:-"

    def check(text: str) -> None:
        if 8 <= len(text) <= 128 and set(text) <= set(letters):
            assert checked_key(text) == text
        else:
            with pytest.raises(KeyMalformed):
                checked_key(text)

    try_values(check, count=COUNT, storm=storm, text=st.text(max_size=140) | st.text(letters))


def test_hash_of_a_body_is_that_of_its_values(storm):
    def reordered(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: reordered(data[key]) for key in reversed(data)}
        return [reordered(each) for each in data] if isinstance(data, list) else data

    def check(data: Any) -> None:
        assert hash_of(reordered(data)) == hash_of(data)
        assert hash_of([data]) != hash_of(data)

    try_values(check, count=COUNT, storm=storm, data=JSON)


def test_page_sizes_are_whole_numbers_of_at_most_200(storm):
    def check(text: str) -> None:
        sent = RequestFactory().get("/", {"page_size": text})
        if text == "":
            assert PagePagination().get_page_size(Request(sent)) == 50
        elif text.isascii() and text.isdigit() and text.strip("0"):
            assert PagePagination().get_page_size(Request(sent)) == min(int(text), 200)
        else:
            with pytest.raises(ValidationError):
                PagePagination().get_page_size(Request(sent))

    texts = st.text(max_size=6) | st.text(string.digits, max_size=30) | st.integers().map(str)
    try_values(check, count=COUNT, storm=storm, text=texts)


def test_instants_are_the_same_moment_in_any_offset(storm):
    def check(moment: datetime, minutes: int) -> None:
        local = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
        read = InstantField().clean(local.isoformat())
        assert (read, read.tzinfo) == (local, UTC)

    try_values(
        check,
        count=COUNT,
        storm=storm,
        moment=st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),  # noqa: DTZ001
        minutes=st.integers(-1439, 1439),
    )


def test_questions_of_the_audit_trail_are_read_or_refused_by_name(storm):
    def check(sent: dict[str, str]) -> None:
        query = QueryDict(mutable=True)
        query.update(sent)
        form = AuditForm(query)
        del form.fields["field"]
        wrong = set() if form.is_valid() else {form.add_prefix(name) for name in form.errors}
        assert wrong <= {name for name, text in sent.items() if text}
        if not wrong and form.cleaned_data["page"] is not None:
            assert 1 <= form.cleaned_data["page"] <= 5000

    names = st.sampled_from(["from", "to", "source", "actor", "page", "page_size"])
    texts = st.text(max_size=20) | st.integers().map(str) | st.datetimes().map(str)
    try_values(check, count=COUNT, storm=storm, sent=st.dictionaries(names, texts))


def test_truth_values_are_true_false_or_refused(storm):
    known = {"true": True, "1": True, "false": False, "0": False, "": None}

    def check(text: str) -> None:
        field = TruthField()
        value = field.widget.value_from_datadict({"is": text}, {}, "is")
        if text.lower() in known:
            assert field.clean(value) is known[text.lower()]
        else:
            with pytest.raises(Exception, match="Send true or false"):
                field.clean(value)

    texts = st.text(max_size=5) | st.sampled_from(["true", "TRUE", "1", "false", "0"])
    try_values(check, count=COUNT, storm=storm, text=texts)


def test_amounts_keep_their_value_as_text(storm):
    def check(value: Decimal) -> None:
        text = plain_number(value)
        assert Decimal(text) == value
        assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)
        grouped = grouped_number(value)
        assert Decimal(grouped.replace(",", "")) == value
        assert all(len(group) == 3 for group in grouped.partition(".")[0].split(",")[1:])

    amounts = st.decimals(-(10**15), 10**15, allow_nan=False, places=3)
    try_values(check, count=COUNT, storm=storm, value=amounts)
