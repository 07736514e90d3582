"""The query parameters of the public GETs: cleaned, bounded, unknown ones dropped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import django_filters
from django import forms
from django.http import HttpRequest, QueryDict

from catalog.models import Product
from catalog.selectors.shelf import ShelfQuestion, consumer_price_list
from core.api.pagination import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE
from core.api.parameters import refuse_form
from core.i18n import data_language

#: OFFSET beyond this is nobody's page.
LARGEST_SKIP = 1_000_000


class ProductFilter(django_filters.FilterSet):
    """`category`: a name in any language, or an id; `search`: words that must all occur."""

    category = django_filters.CharFilter(max_length=200)
    search = django_filters.CharFilter(max_length=200)

    class Meta:
        model = Product
        fields: list[str] = []


class PageForm(forms.Form):
    """`limit` and `skip`, or `page` from 1; a limit above 200 is taken as 200."""

    limit = forms.IntegerField(min_value=1, required=False)
    skip = forms.IntegerField(min_value=0, max_value=LARGEST_SKIP, required=False)
    page = forms.IntegerField(
        min_value=1, max_value=LARGEST_SKIP // LARGEST_PAGE_SIZE, required=False
    )


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A cleaned question, and its parameters in the one spelling that keys the cache."""

    question: ShelfQuestion
    parameters: dict[str, str]


def request_language(request: HttpRequest) -> str:
    """The data language of the first tag of Accept-Language; English when there is none."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    return data_language(first)


def read_list_query(request: HttpRequest) -> ListQuery:
    """The question behind a product list's query string. Raises InvalidInput."""
    return _read(
        request.META.get("QUERY_STRING", ""), request_language(request), consumer_price_list()
    )


@lru_cache(maxsize=2048)
def _read(query_string: str, language: str, price_list: str) -> ListQuery:
    """Remembered per process: shoppers ask the same few questions, and cleaning one costs."""
    # WSGI hands bytes over as latin-1; apps send Arabic also without percent signs.
    sent = QueryDict(query_string.encode("latin-1"))
    filters = ProductFilter(sent, queryset=Product.objects.none())
    if not filters.form.is_valid():
        refuse_form(filters.form)
    form = PageForm(sent)
    if not form.is_valid():
        refuse_form(form)
    limit = min(form.cleaned_data["limit"] or DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE)
    page = form.cleaned_data["page"]
    skip = (page - 1) * limit if page else form.cleaned_data["skip"] or 0
    question = ShelfQuestion(
        price_list=price_list,
        language=language,
        category=filters.form.cleaned_data["category"],
        search=" ".join(filters.form.cleaned_data["search"].split()),
        limit=limit,
        skip=skip,
    )
    parameters = {
        "lang": question.language,
        "category": question.category,
        "search": question.search,
        "limit": str(limit),
        "skip": str(skip),
    }
    return ListQuery(question, parameters)
