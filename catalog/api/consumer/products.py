"""Browsing: products, one product, categories. Public, cached, the same for everybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from catalog.api.consumer import schema
from catalog.api.consumer.parameters import (
    LARGEST_SKIP,
    ListQuery,
    read_list_query,
    request_language,
)
from catalog.errors import ProductNotFound
from catalog.selectors import shelf
from catalog.subscribers import EVERY_PRODUCT, product_version, shelf_version
from core.api.pagination import LARGEST_PAGE_SIZE
from core.api.rendering import dump_json
from core.api.schema import SHORT_TEXT, ErrorSerializer, whole_number
from core.caching import cached_answer
from core.throttling import ScopeThrottle, SearchThrottle


class PublicView(APIView):
    """A public GET: throttled, without a session, so that nothing of a person gets into it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "consumer-read"
    # These answers may be kept by a proxy: what one caller may still do has no place on them.
    throttle_classes: tuple[type[BaseThrottle], ...] = (ScopeThrottle,)


def _json(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(dump_json(body), content_type="application/json")


class ProductListView(PublicView):
    """Sellable products, 50 a page, at most 200."""

    throttle_classes = (ScopeThrottle, SearchThrottle)

    @extend_schema(
        operation_id="consumer_products_list",
        summary="Browse the sellable products",
        parameters=[
            OpenApiParameter("category", SHORT_TEXT, description="A category's name, or “All”."),
            OpenApiParameter("search", SHORT_TEXT, description="Words that must all occur."),
            OpenApiParameter(
                "limit", whole_number(1), description="Products a page: 1 to 200, default 50."
            ),
            OpenApiParameter(
                "skip", whole_number(0, LARGEST_SKIP), description="How many to pass over."
            ),
            OpenApiParameter(
                "page",
                whole_number(1, LARGEST_SKIP // LARGEST_PAGE_SIZE),
                description="The page from 1, instead of skip.",
            ),
        ],
        responses={200: schema.ProductListSerializer, 400: ErrorSerializer},
    )
    def get(self, request: Request) -> HttpResponseBase:
        query = read_list_query(request._request)
        return cached_answer(
            request._request,
            seconds=settings.CACHE_SECONDS_PRODUCTS,
            version_names=[shelf_version(query.question.price_list)],
            parameters=query.parameters,
            build=lambda: self._build(request, query),
        )

    def _build(self, request: Request, query: ListQuery) -> HttpResponse:
        items, total = shelf.list_products(query.question)
        return _json(
            {
                "status": "success",
                "count": len(items),
                "items": items,
                "total": total,
                "next": _page_link(request, query, query.question.skip + len(items), total),
                "previous": _page_link(
                    request, query, query.question.skip - query.question.limit, total
                ),
            }
        )


def _page_link(request: Request, query: ListQuery, skip: int, total: int) -> str | None:
    """The path of the page that starts at `skip`; None when there is none."""
    question = query.question
    if skip >= total or (skip <= 0 and question.skip <= 0) or skip == question.skip:
        return None
    values = {"limit": question.limit, "skip": max(0, skip)}
    if question.category:
        values["category"] = question.category  # type: ignore[assignment]
    if question.search:
        values["search"] = question.search  # type: ignore[assignment]
    return f"{request.path}?{urlencode(values)}"


class ProductDetailView(PublicView):
    """One product by our id, its Zoho id or its SKU."""

    @extend_schema(
        operation_id="consumer_products_retrieve",
        summary="One product",
        responses={200: schema.ProductDetailSerializer, 404: ErrorSerializer},
    )
    def get(self, request: Request, reference: str) -> HttpResponseBase:
        language = request_language(request._request)

        def build() -> HttpResponse:
            product = shelf.find_product(
                reference, price_list=shelf.consumer_price_list(), language=language
            )
            if product is None:
                raise ProductNotFound()
            return _json({"status": "success", "product": product})

        return cached_answer(
            request._request,
            seconds=settings.CACHE_SECONDS_PRODUCT,
            version_names=[product_version(reference), EVERY_PRODUCT],
            parameters={"lang": language},
            build=build,
        )


class CategoryListView(PublicView):
    """The names of the categories that have something on sale."""

    @extend_schema(
        operation_id="consumer_categories_list",
        summary="Category names",
        responses={200: schema.CategoryListSerializer},
    )
    def get(self, request: Request) -> HttpResponseBase:
        language = request_language(request._request)
        price_list = shelf.consumer_price_list()
        return cached_answer(
            request._request,
            seconds=settings.CACHE_SECONDS_CATEGORIES,
            version_names=[shelf_version(price_list)],
            parameters={"lang": language},
            build=lambda: _json(
                {
                    "status": "success",
                    "categories": shelf.list_category_names(
                        price_list=price_list, language=language
                    ),
                }
            ),
        )
