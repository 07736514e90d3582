import itertools
import json
import random
from collections import Counter

import pytest

from bench.steps import (
    ADD_LOCATION,
    CHANGE_LOCATION,
    CHANGE_REGISTRATION,
    ISSUE_NUMBER,
    LIST_LOCATIONS,
    LOCATION_READS,
    MIX,
    READ,
    READ_AGAIN,
    READ_LOCATION,
    READ_RECORD,
    READ_REGISTRATION,
    SEARCH,
    SEARCH_LOCATIONS,
    WRITE,
    Caller,
    Requests,
    tasks,
)


def _requests() -> Requests:
    return Requests(
        caller=Caller(token="secret", organization=7, registrations=[70], records=["/records/1"]),
        locations=[30],
        words=["سوق"],
        source=random.Random(1),
        name="try-5",
    )


def _parts(request: bytes) -> tuple[str, dict[str, str], dict[str, object]]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), json.loads(body or b"{}")


def test_mix_is_half_reads_three_tenths_writes_and_a_fifth_searches():
    kinds = Counter(step.kind for task in MIX for step in task)
    assert kinds == {READ: 10, WRITE: 6, SEARCH: 4}


def test_mix_changes_what_it_has_just_read():
    pairs = [task for task in MIX if len(task) > 1]
    assert pairs == [
        (READ_LOCATION, CHANGE_LOCATION),
        (READ_LOCATION, CHANGE_LOCATION),
        (READ_REGISTRATION, CHANGE_REGISTRATION),
    ]
    alone = {task[0] for task in MIX if len(task) == 1}
    assert not alone & {CHANGE_LOCATION, CHANGE_REGISTRATION}


def test_tasks_of_each_round_are_the_whole_round_in_another_order():
    source = random.Random("3 17")
    found = tasks(MIX, source)
    rounds = [list(itertools.islice(found, len(MIX))) for _ in range(3)]
    assert [Counter(one) for one in rounds] == [Counter(MIX)] * 3
    assert rounds[0] != rounds[1] != rounds[2]


def test_tasks_of_one_seed_are_the_same_every_time():
    one, other = (list(itertools.islice(tasks(MIX, random.Random("3 17")), 40)) for _ in range(2))
    assert one == other


def test_location_reads_are_lists_and_searches_alike():
    assert LOCATION_READS == ((LIST_LOCATIONS,), (SEARCH_LOCATIONS,))


def test_change_sends_the_tag_of_what_was_read_and_a_key():
    requests = _requests()
    first, headers, _ = _parts(requests.of(READ_LOCATION))
    assert first == "GET /api/v1/settings/locations/30 HTTP/1.1"
    assert headers["Authorization"] == "Token secret"
    requests.take_tag('"4"')
    first, headers, body = _parts(requests.of(CHANGE_LOCATION))
    assert first == "PATCH /api/v1/settings/locations/30 HTTP/1.1"
    assert (headers["If-Match"], headers["Idempotency-Key"]) == ('"4"', "try-5-000002")
    assert body == {"address_line2": "Gate 2, try-5"}


def test_reading_again_asks_for_the_same_record_and_the_next_try_has_a_new_key():
    requests = _requests()
    requests.of(READ_REGISTRATION)
    requests.take_tag('"1"')
    keys = [_parts(requests.of(CHANGE_REGISTRATION))[1]["Idempotency-Key"]]
    assert (
        _parts(requests.of(READ_AGAIN))[0] == "GET /api/v1/settings/gst-registrations/70 HTTP/1.1"
    )
    requests.take_tag('"2"')
    first, headers, _ = _parts(requests.of(CHANGE_REGISTRATION))
    assert first == "PATCH /api/v1/settings/gst-registrations/70 HTTP/1.1"
    assert headers["If-Match"] == '"2"'
    assert headers["Idempotency-Key"] not in keys


@pytest.mark.parametrize(
    ("step", "first"),
    [
        (SEARCH_LOCATIONS, "GET /api/v1/settings/locations?search=%D8%B3%D9%88%D9%82 HTTP/1.1"),
        (READ_RECORD, "GET /records/1 HTTP/1.1"),
        (ADD_LOCATION, "POST /api/v1/settings/locations HTTP/1.1"),
        (
            ISSUE_NUMBER,
            "POST /api/v1/settings/organizations/7/next-document-number/invoice HTTP/1.1",
        ),
    ],
)
def test_each_step_asks_its_address(step, first):
    assert _parts(_requests().of(step))[0] == first


def test_new_location_is_confirmed_and_has_a_code_of_its_own():
    requests = _requests()
    bodies = [_parts(requests.of(ADD_LOCATION))[2] for _ in range(2)]
    assert [body["code"] for body in bodies] == ["try-5-1", "try-5-2"]
    assert {body["confirm_similar"] for body in bodies} == {True}


def test_body_is_as_long_as_it_says():
    request = _requests().of(ADD_LOCATION)
    _, headers, _ = _parts(request)
    assert int(headers["Content-Length"]) == len(request.partition(b"\r\n\r\n")[2])
