"""Pages of 50, at most 200, with total, next and previous."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 200


class PagePagination(PageNumberPagination):
    """`?page=` and `?page_size=`; a larger size than 200 is taken as 200."""

    page_size = DEFAULT_PAGE_SIZE
    max_page_size = LARGEST_PAGE_SIZE
    page_size_query_param = "page_size"
