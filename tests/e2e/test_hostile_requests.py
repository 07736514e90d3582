"""Over a real socket: bodies that lie about their length, and texts that would forge log lines."""

from __future__ import annotations

import json
import socket

from tests.e2e.system import System, wait_for

LIMIT = 1024 * 1024
PATH = "/api/v1/consumer/orders"


def send(system: System, head: str, *parts: bytes) -> bytes:
    """What comes back until the server closes or is silent; a server may stop listening early."""
    port = int(system.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(head.replace("\n", "\r\n").encode("utf-8", "surrogateescape"))
            for part in parts:
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        found = b""
        try:
            while part := connection.recv(65536):
                found += part
        except ConnectionResetError:
            pass
        return found


def head(*lines: str, method: str = "POST", path: str = PATH) -> str:
    common = ("Host: 127.0.0.1", "Content-Type: application/json", "Connection: close")
    return "\n".join([f"{method} {path} HTTP/1.1", *common, *lines, "", ""])


def chunked(body: bytes) -> list[bytes]:
    pieces = [body[start : start + 65536] for start in range(0, len(body), 65536)]
    return [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces] + [b"0\r\n\r\n"]


def verdict(answer: bytes) -> tuple[int, str]:
    """The status and the code of the one answer."""
    assert answer.count(b"HTTP/1.1 ") == 1
    top, _, body = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), json.loads(body)["error"]["code"]


def test_body_in_chunks_is_read(system):
    answer = send(system, head("Transfer-Encoding: chunked"), *chunked(b'{"items": '))
    assert verdict(answer) == (400, "malformed_request")
    answer = send(system, head("Transfer-Encoding: chunked"), *chunked(b"{}"))
    assert verdict(answer) == (400, "invalid_input")


def test_body_in_chunks_above_the_limit_is_413(system):
    body = b'{"items": "' + b"x" * LIMIT + b'"}'
    answer = send(system, head("Transfer-Encoding: chunked"), *chunked(body))
    assert verdict(answer) == (413, "payload_too_large")


def test_length_above_the_limit_is_413_before_the_body_is_sent(system):
    answer = send(system, head(f"Content-Length: {LIMIT + 1}"))
    assert verdict(answer) == (413, "payload_too_large")


def test_body_longer_than_its_length_is_cut_there(system):
    answer = send(system, head("Content-Length: 2"), b"{}" + b"x" * (2 * LIMIT))
    assert verdict(answer) == (400, "invalid_input")


FORGED = '{"event": "forged"}'


def test_no_text_of_a_request_forges_a_log_line(system):
    log = system.folder / "data" / "logs" / "web.log"
    before = len(log.read_bytes())
    quoted = "%0D%0A%1B%5B2J%E2%80%AE%E2%80%8F%7B%22event%22:%20%22forged%22%7D"
    agent = f"User-Agent: \x1b[2J\u202e\u200f{FORGED}"
    paths = [f"/{quoted}", f"/api/v1/{quoted}", f"/api/v1/consumer/products?search={quoted}"]
    for path in paths:
        send(system, head(agent, f"Referer: {FORGED}", method="GET", path=path))
    send(system, head("Host: evil.example\x1b", method="GET"))
    send(system, head(method="GET", path="/").replace("127.0.0.1", f"e{FORGED}\u202e"))
    body = json.dumps({"items": f"\r\n{FORGED}\x1b[2J\u202e"}).encode()
    send(system, head(f"Content-Length: {len(body)}", "Idempotency-Key: forged-0001"), body)
    send(system, head(method="GET", path="/api/v1/last-of-the-forged"))

    def written() -> list[str]:
        found = log.read_bytes()[before:].decode().split("\n")
        return found if any("last-of-the-forged" in line for line in found) else []

    lines = wait_for("the last line", written, seconds=10)
    text = "\n".join(lines)
    assert not [sign for sign in "\r\x1b\u202e\u200f\u2028" if sign in text]
    events = [json.loads(line)["event"] for line in lines if line.startswith("{")]
    assert "forged" not in events
    assert [line for line in lines if line and not line.startswith(("{", "[INFO]"))] == []
    assert "Traceback" not in text
