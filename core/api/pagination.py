"""Pages of 50, at most 200, with total, next and previous."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 200
_WHOLE = re.compile(r"0*([1-9][0-9]*)")


class PagePagination(PageNumberPagination):
    """`?page=` and `?page_size=`; a larger size than 200 is taken as 200."""

    page_size = DEFAULT_PAGE_SIZE
    max_page_size = LARGEST_PAGE_SIZE
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """The size asked for or the default. Raises ValidationError for one that is none."""
        text = request.query_params.get(self.page_size_query_param, "")
        if not text:
            return self.page_size
        match = _WHOLE.fullmatch(text)
        if match is None:
            raise ValidationError({self.page_size_query_param: "Send a whole number from 1."})
        digits = match[1]
        # More digits than the largest has, however many: int() takes only so many.
        is_larger = len(digits) > len(str(self.max_page_size))
        return self.max_page_size if is_larger else min(int(digits), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
        return parameters

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
