import socket
import threading

import pytest

from bench.steps import (
    CHANGE_LOCATION,
    ISSUE_NUMBER,
    READ_AGAIN,
    READ_LOCATION,
    ROUNDS,
)
from bench.users import Crowd, Tally, User

_PLAN = {
    "seed": 1,
    "callers": [{"token": "t", "organization": 1, "registrations": [2], "records": ["/r"]}],
    "locations": [3],
    "words": ["Basra"],
    "run": "try",
    "pauses": [0.01, 0.02],
}


@pytest.fixture
def changer(monkeypatch):
    """Somebody who only reads and changes locations, and what is counted."""
    monkeypatch.setitem(ROUNDS, "changes", ((READ_LOCATION, CHANGE_LOCATION),))
    return User({**_PLAN, "round": "changes"}, 0), Tally()


def _do(user: User, tally: Tally, *answers: tuple[int, str]) -> list[tuple[str, bool]]:
    """The steps done and whether the user went on at once after each."""
    done = []
    for status, tag in answers:
        user.next_request()
        name = user.step.name
        done.append((name, user.take(status, tag, "text", tally)))
    return done


def test_user_settles_a_conflict_by_reading_again_at_once(changer):
    user, tally = changer
    done = _do(user, tally, (200, '"1"'), (412, ""), (200, '"2"'), (200, '"3"'), (200, '"3"'))
    assert done == [
        (READ_LOCATION.name, False),
        (CHANGE_LOCATION.name, True),
        (READ_AGAIN.name, True),
        (CHANGE_LOCATION.name, False),
        (READ_LOCATION.name, False),
    ]
    assert (tally.conflicts, tally.settled, tally.failures) == (1, 1, 0)


def test_user_who_meets_changes_five_times_gives_up_at_the_sixth(changer):
    user, tally = changer
    again = [(200, '"2"'), (412, "")] * 5
    done = _do(user, tally, (200, '"1"'), (412, ""), *again)
    assert done[-1] == (CHANGE_LOCATION.name, False)
    assert (tally.conflicts, tally.settled, tally.failures) == (1, 0, 1)
    user.next_request()
    assert user.step == READ_LOCATION


def test_user_whose_reading_failed_changes_nothing(changer):
    user, tally = changer
    assert _do(user, tally, (500, "")) == [(READ_LOCATION.name, False)]
    assert tally.refused == ["read a location: text"]
    user.next_request()
    assert user.step == READ_LOCATION


def test_users_of_one_seed_do_the_same_and_others_something_else():
    plan = {**_PLAN, "round": "mix"}
    one, same, other = User(plan, 4), User(plan, 4), User(plan, 5)

    def requests(user: User) -> list[bytes]:
        found = []
        for _ in range(20):
            found.append(user.next_request())
            user.take(user.step.expected, '"1"', "", Tally())
        return found

    assert requests(one) == requests(same)
    assert requests(User(plan, 4)) != requests(other)


@pytest.fixture
def server(monkeypatch):
    """A server that answers every user with what the test sets; its port, and the answers."""
    monkeypatch.setitem(ROUNDS, "numbers", ((ISSUE_NUMBER,),))
    listener = socket.create_server(("127.0.0.1", 0))
    answers = {"text": b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"}

    def serve_one(client: socket.socket) -> None:
        with client:
            while client.recv(65536):
                if not answers["text"]:
                    return
                client.sendall(answers["text"])

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve_one, args=[client], daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1], answers
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def _crowd(port: int, **more: object) -> Crowd:
    return Crowd(
        {
            **_PLAN,
            "round": "numbers",
            "host": "127.0.0.1",
            "port": port,
            "users": 20,
            "arrivals_a_second": 200,
            "seconds": 0.2,
            **more,
        }
    )


def test_crowd_measures_only_what_was_sent_after_all_had_arrived(server, capsys):
    crowd = _crowd(server[0])
    crowd.run()
    counted, measured = crowd.tally.statuses["issue a number"], crowd.tally.latencies
    assert capsys.readouterr().out == "warm\nmeasured\n"
    assert list(counted) == [201]
    assert crowd.tally.failures == 0
    # Twenty users sent something before the measurement, which lasts some ten pauses of each.
    assert 20 <= len(measured["issue a number"]) <= counted[201] - 20
    assert len(crowd.late) == len(measured["issue a number"])


def test_crowd_counts_every_closed_connection_as_a_failure_and_comes_back(server):
    port, answers = server
    answers["text"] = b""
    crowd = _crowd(port)
    crowd.run()
    lost = crowd.tally.statuses["issue a number"]
    assert list(lost) == [0]
    assert crowd.tally.failures == lost[0] > 20
    assert crowd.tally.refused[0] == "issue a number: the server closed the connection"


def test_crowd_counts_other_statuses_as_failures(server):
    port, answers = server
    answers["text"] = b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}"
    crowd = _crowd(port)
    crowd.run()
    assert crowd.tally.failures == crowd.tally.statuses["issue a number"][409] > 20
