"""What the OpenAPI schema leaves out and how it spells addresses."""

from __future__ import annotations

from typing import Any

Endpoint = tuple[str, str, str, Any]


def canonical_endpoints(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The aliases for old apps left out, and the optional trailing slash dropped."""
    return [
        (path.rstrip("/"), regex, method, callback)
        for path, regex, method, callback in endpoints
        if path.startswith("/api/v1/")
    ]
