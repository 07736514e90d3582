"""Pages of 50, at most 200, with total, next and previous."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 200


class PagePagination(PageNumberPagination):
    """`?page=` and `?page_size=`; a larger size than 200 is taken as 200."""

    page_size = DEFAULT_PAGE_SIZE
    max_page_size = LARGEST_PAGE_SIZE
    page_size_query_param = "page_size"

    def get_paginated_response(self, data: Any) -> Response:
        """`{total, next, previous, items}`; the links are paths, whatever host was asked."""
        assert self.page is not None, "the page is made before"
        return Response(
            {
                "total": self.page.paginator.count,
                "next": _path(self.get_next_link()),
                "previous": _path(self.get_previous_link()),
                "items": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        # The generator puts examples of items into a page made of these examples.
        link = {"type": "string", "nullable": True, "example": None}
        return {
            "type": "object",
            "required": ["total", "next", "previous", "items"],
            "properties": {
                "total": {"type": "integer", "example": 1},
                "next": link,
                "previous": link,
                "items": schema,
            },
        }


def _path(link: str | None) -> str | None:
    """The address without scheme and host, which a proxy may have made up."""
    return "/" + link.split("/", 3)[3] if link else None
