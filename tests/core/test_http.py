"""The outbound client against a real server."""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import http
from core.http import (
    AddressRefused,
    CircuitOpen,
    NoReply,
    NotSent,
    OutboundClient,
    assert_public_address,
    retry_reads,
)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        if self.path.startswith("/drip"):
            self.send_response(200)
            self.send_header("content-length", "1000")
            self.end_headers()
            for _ in range(100):
                time.sleep(0.05)
                self.wfile.write(b"x")
                self.wfile.flush()
        elif self.path.startswith("/slow-headers"):
            with contextlib.suppress(OSError):
                for part in [b"HTTP/1.1 200 OK\r\nx-long: ", *[b"x"] * 60]:
                    self.wfile.write(part)
                    self.wfile.flush()
                    time.sleep(0.05)
            self.close_connection = True
        elif self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", "0")
            self.end_headers()
        else:
            self.send_response(500 if self.path.startswith("/broken") else 200)
            self.send_header("content-type", "Application/JSON; charset=UTF-8")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *_):
        return


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.seen = []
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    made.url = f"http://127.0.0.1:{made.server_port}"
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def client():
    made = OutboundClient(name="test", timeout_seconds=0.5)
    yield made
    made.close()


def test_reply_carries_status_type_and_content(server, client):
    reply = client.send("GET", f"{server.url}/ok")
    assert (reply.status, reply.content_type, reply.content) == (200, "application/json", b"{}")


def test_redirect_is_not_followed(server, client):
    assert client.send("GET", f"{server.url}/moved").status == 302


def test_answer_that_drips_is_broken_off(server, client):
    started = time.monotonic()
    with pytest.raises(NoReply):
        client.send("GET", f"{server.url}/drip")
    assert time.monotonic() - started < 1.5


def test_headers_that_drip_are_broken_off(server, client):
    started = time.monotonic()
    with pytest.raises(NoReply):
        client.send("GET", f"{server.url}/slow-headers")
    assert time.monotonic() - started < 1.5


def test_nobody_listening_was_not_sent(client):
    with pytest.raises(NotSent):
        client.send("GET", "http://127.0.0.1:1/")


def test_answer_too_large_is_broken_off(server, client, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_REPLY", 1)
    with pytest.raises(NoReply, match="more than 1 bytes"):
        client.send("GET", f"{server.url}/ok")


def test_circuit_opens_for_every_client_and_closes_again(server, client, monkeypatch):
    for _ in range(http.FAILURES_BEFORE_OPEN):
        assert client.send("GET", f"{server.url}/broken").status == 500
    other = OutboundClient(name="test", timeout_seconds=0.5)
    seen = len(server.seen)
    for one in (client, other):
        with pytest.raises(CircuitOpen):
            one.send("GET", f"{server.url}/ok")
    assert len(server.seen) == seen
    assert OutboundClient(name="else", timeout_seconds=0.5).send("GET", server.url).status == 200
    monkeypatch.setattr(http, "OPEN_SECONDS", 0)
    client._breaker._reset_timeout = 0
    assert client.send("GET", f"{server.url}/ok").status == 200
    monkeypatch.setattr(http, "OPEN_SECONDS", 30)
    assert other.send("GET", f"{server.url}/ok").status == 200


def test_log_shows_no_query_and_no_header(server, client, caplog):
    caplog.set_level("DEBUG")
    client.send(
        "GET", f"{server.url}/ok", params={"phone": "+96477"}, headers={"authorization": "secret"}
    )
    logged = [record for record in caplog.records if record.name in ("core.http", "httpx2")]
    assert len(logged) == 1
    assert "/ok" in str(logged[0].msg)
    assert "96477" not in str(logged[0].msg)
    assert "secret" not in str(logged[0].msg)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "http://user@8.8.8.8/",
        "http:///x",
        "http://8.8.8.8:99999/",
    ],
)
def test_private_address_refused(url):
    with pytest.raises(AddressRefused):
        assert_public_address(url)


@pytest.mark.parametrize("url", ["https://8.8.8.8/x", "http://[2606:4700::1111]:8080/"])
def test_public_address_passes(url):
    assert_public_address(url)


def test_user_supplied_private_address_is_never_called(server, client):
    with pytest.raises(AddressRefused):
        client.send("GET", f"{server.url}/ok", is_user_supplied=True)
    assert server.seen == []


def test_read_is_repeated_until_it_succeeds():
    outcomes = [NoReply("a"), NotSent("b"), "done"]

    def work():
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    assert retry_reads(work, first_wait=0.01) == "done"


def test_read_gives_up_after_three_attempts():
    tries = []

    def work():
        tries.append(1)
        raise NoReply("a")

    with pytest.raises(NoReply):
        retry_reads(work, first_wait=0.01)
    assert len(tries) == 3
