"""A server that answers as Google Maps does, from answers of its own."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PLACE_ID = "ChIJwe1EZjDG5zsRaYxkjY_tpF0"
MUMBAI = {
    "place_id": PLACE_ID,
    "name": "Mumbai",
    "formatted_address": "Mumbai, Maharashtra 400001, India",
    "geometry": {
        "location": {"lat": 19.0759837, "lng": 72.8776559},
        "viewport": {
            "northeast": {"lat": 19.2716339, "lng": 72.9864994},
            "southwest": {"lat": 18.8928676, "lng": 72.7758729},
        },
    },
    "address_components": [
        {"long_name": "Dock Road", "short_name": "Dock Rd", "types": ["route"]},
        {"long_name": "1", "short_name": "1", "types": ["street_number"]},
        {"long_name": "Mumbai", "short_name": "Mumbai", "types": ["locality", "political"]},
        {
            "long_name": "Mumbai Suburban",
            "short_name": "Mumbai Suburban",
            "types": ["administrative_area_level_2", "political"],
        },
        {
            "long_name": "Maharashtra",
            "short_name": "MH",
            "types": ["administrative_area_level_1", "political"],
        },
        {"long_name": "India", "short_name": "IN", "types": ["country", "political"]},
        {"long_name": "400001", "short_name": "400001", "types": ["postal_code"]},
    ],
}
PREDICTIONS = [
    {
        "description": "Mumbai, Maharashtra, India",
        "place_id": PLACE_ID,
        "types": ["locality", "political", "geocode"],
        "matched_substrings": [{"length": 6, "offset": 0}],
    },
    {"description": "Mumbai Port, Mumbai, India", "place_id": "port", "types": ["establishment"]},
]


@dataclass
class Answering:
    """What the server says, and what it was asked."""

    status: int = 200
    body: Any = None
    #: What the first requests get instead, in turn.
    first: list[tuple[int, Any]] = field(default_factory=list)
    delay: float = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer_to(self, path: str, asked: dict[str, str]) -> tuple[int, bytes]:
        if self.first:
            status, body = self.first.pop(0)
        elif self.body is not None or self.status != 200:
            status, body = self.status, self.body
        elif "autocomplete" in path:
            status, body = 200, {"status": "OK", "predictions": PREDICTIONS}
        else:
            name = "مومباي" if asked.get("language") == "ar" else "Mumbai"
            status, body = 200, {"status": "OK", "result": {**MUMBAI, "name": name}}
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            answering.asked.append((parts.path, asked))
            time.sleep(answering.delay)
            status, content = answering.answer_to(parts.path, asked)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            return

    return Handler


def start(answering: Answering) -> tuple[ThreadingHTTPServer, str]:
    """The running server and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answering))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"
