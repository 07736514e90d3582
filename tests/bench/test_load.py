import itertools
import json
import re
import socket
import threading

import pytest

from bench.load import Load, LoadFailedError, get_requests, order_requests


def _serve_one_client(answers: list[list[bytes]]) -> tuple[int, threading.Thread]:
    """A server on a free port that sends the parts of one answer a request, then closes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with listener, client:
            for parts in answers:
                if not client.recv(65536):
                    return
                for part in parts:
                    client.sendall(part)

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


def _run(answers: list[list[bytes]], accepted: list[int]) -> Load:
    port, thread = _serve_one_client(answers)
    load = Load(
        {"host": "127.0.0.1", "port": port, "connections": 1, "accepted": accepted, "paths": ["/"]}
    )
    try:
        load.run(lambda count, _: count < len(answers))
    finally:
        for client in load._clients:
            client.socket.close()
        thread.join(5)
    return load


def _answer(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


def test_load_counts_answers_that_arrive_in_parts():
    large = _answer("200 OK", b"x" * 300_000)
    load = _run([[large[:9], large[9:40], large[40:]], [_answer("200 OK", b"")]], [200])
    assert load.statuses == {200: 2}
    assert len(load.latencies) == 2
    assert load.refused == []


def test_load_keeps_the_text_of_a_refusal():
    load = _run([[_answer("200 OK", b"{}")], [_answer("500 Oh", b"broken")]], [200])
    assert load.statuses == {200: 1, 500: 1}
    assert [text.endswith("broken") for text in load.refused] == [True]


def test_load_fails_on_a_closed_connection():
    with pytest.raises(LoadFailedError, match="closed the connection"):
        _run([[_answer("200 OK", b"{}")], []], [200])


def test_load_fails_on_more_bytes_than_announced():
    with pytest.raises(LoadFailedError, match="more bytes came"):
        _run([[_answer("200 OK", b"{}") + b"HTTP/1.1 200 OK\r\n"]], [200])


def test_load_fails_on_an_answer_without_a_length():
    with pytest.raises(LoadFailedError, match="without a Content-Length"):
        _run([[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]], [200])


def test_get_requests_go_round_and_round():
    found = list(itertools.islice(get_requests(["/a", "/b"], {"Cookie": "a=b"}), 3))
    assert [request.split()[1] for request in found] == [b"/a", b"/b", b"/a"]


def test_order_requests_hold_three_different_hot_items_and_a_new_key_each():
    orders = {"run": "bench-x-1", "path": "/orders", "items": [[n, 250.0] for n in range(10)]}
    found = list(itertools.islice(order_requests(orders), 50))
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in found]
    lines = [[line["product_id"] for line in body["items"]] for body in bodies]
    assert {len(set(products)) for products in lines} == {3}
    assert any(products != sorted(products) for products in lines)
    keys = {re.search(rb"Idempotency-Key: (\S+)", request)[1] for request in found}
    assert len(keys) == 50
