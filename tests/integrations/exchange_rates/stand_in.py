"""A server that answers as the European Central Bank does, from a file of its shape."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: A file of the shape of the daily one; its figures are examples.
FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
\t\t<Cube time='2024-01-02'>
\t\t\t<Cube currency='USD' rate='1.0956'/>
\t\t\t<Cube currency='JPY' rate='155.56'/>
\t\t\t<Cube currency='GBP' rate='0.86645'/>
\t\t\t<Cube currency='INR' rate='91.2560'/>
\t\t\t<Cube currency='IDR' rate='16969.32'/>
\t\t</Cube>
\t</Cube>
</gesmes:Envelope>
"""


@dataclass
class Answering:
    """What the server says, and how often it was asked."""

    status: int = 200
    body: bytes = FILE
    #: What the first requests get instead, in turn.
    first: list[tuple[int, bytes]] = field(default_factory=list)
    delay: float = 0
    asked: list[str] = field(default_factory=list)


def _handler(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answering.asked.append(self.path)
            time.sleep(answering.delay)
            status, content = (
                answering.first.pop(0) if answering.first else (answering.status, answering.body)
            )
            self.send_response(status)
            self.send_header("content-type", "text/xml")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                # Whoever asked has given up.
                self.wfile.write(content)

        def log_message(self, *_):
            return

    return Handler


def start(answering: Answering) -> tuple[ThreadingHTTPServer, str]:
    """The running server and the address of its file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answering))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/eurofxref-daily.xml"
