"""Saved filters above every list of the back office.

A list's address is its query: filters, search and ordering. It is kept under a name, opened by a
click, changed, shared and removed.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import (
    ERROR_FLAG,
    IGNORED_PARAMS,
    ORDER_VAR,
    PAGE_VAR,
    SEARCH_VAR,
)
from django.core.exceptions import PermissionDenied
from django.db import DataError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.admin.action_page import ActionPage
from core.admin.widgets import Checkbox, TextInput
from core.errors import DomainError
from core.saved_filters.lists import may_share
from core.saved_filters.models import SavedFilter, Surface
from core.saved_filters.queries import Query, as_address, canonical_query, query_of_address
from core.saved_filters.selectors import filters_of_list, may_edit, usable_filters
from core.saved_filters.services import create_filter, delete_filter, update_filter

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin

#: What an address may have beside filters, search and ordering: never kept.
_NOT_KEPT = {PAGE_VAR, ERROR_FLAG, "_changelist_filters", *IGNORED_PARAMS}
_NOT_KEPT -= {ORDER_VAR, SEARCH_VAR}


class NewFilterForm(forms.Form):
    """A name, and for whom."""

    name = forms.CharField(label=lazy_("Name"), max_length=100, widget=TextInput())
    is_shared = forms.BooleanField(
        label=lazy_("Share with everybody who sees this list"), required=False, widget=Checkbox()
    )


class ChangedFilterForm(NewFilterForm):
    """As above; on demand the filter becomes what the list shows."""

    takes_shown = forms.BooleanField(
        label=lazy_("Change it to what the list shows now"), required=False, widget=Checkbox()
    )


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """One saved filter above the list."""

    saved: SavedFilter
    open_url: str
    is_in_force: bool
    is_own: bool
    #: Empty for who may not change it.
    change_url: str
    delete_url: str


@dataclass(frozen=True, slots=True)
class FilterPanel:
    """What stands above a list. `shown` is the list's query as part of an address; empty when it is
    not narrowed, searched or sorted, or by more than can be kept."""

    filters: list[ShownFilter]
    shown: str
    save_url: str
    may_share: bool


class AdminList:
    """The list of a page, as the person who asks has it."""

    surface = Surface.ADMIN

    def __init__(self, page: BaseAdmin, request: HttpRequest) -> None:
        self.page = page
        self.request = request
        self.record_type = page.opts.label_lower

    def unknown_parameters(self, query: Query) -> list[str]:
        """Those that the list refuses: all are tried together, then each by itself."""
        beside = [name for name in query if name in _NOT_KEPT]
        kept = {name: values for name, values in query.items() if name not in _NOT_KEPT}
        if not kept or self._is_understood(kept):
            return beside
        alone = [name for name in kept if not self._is_understood({name: kept[name]})]
        # Where only their combination is not understood, none of them can be.
        return sorted([*beside, *(alone or kept)])

    def _is_understood(self, query: Query) -> bool:
        trial = copy.copy(self.request)
        trial.method = "GET"
        trial.GET = QueryDict(as_address(query))
        try:
            with transaction.atomic():
                self.page.get_changelist_instance(trial)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup, DataError):
            return False
        return True


def query_shown(request: HttpRequest) -> Query:
    """The filters, search and ordering of the list's address; none when they cannot be kept."""
    given = {name: values for name, values in request.GET.lists() if name not in _NOT_KEPT}
    for name in (SEARCH_VAR, ORDER_VAR):
        if not any(given.get(name, ())):
            given.pop(name, None)
    try:
        return canonical_query(given)
    except DomainError:
        return {}


class SavesFilters:
    """For `BaseAdmin`: the panel above the list, and the addresses behind it."""

    model: type[models.Model]
    list_before_template = "admin/above_list.html"
    #: A page's own part above its list: a template.
    above_list: ClassVar[str] = ""

    def get_urls(self) -> list[Any]:
        """The page's addresses, with those of its list's saved filters."""
        page: Any = self
        wrap = page.admin_site.admin_view
        name = f"{page.opts.app_label}_{page.opts.model_name}_%s_filter"
        below = "saved-filters/<int:key>/"
        return [
            path("saved-filters/add/", wrap(self.save_filter_view), name=name % "save"),
            path(below, wrap(self.open_filter_view), name=name % "open"),
            path(f"{below}change/", wrap(self.change_filter_view), name=name % "change"),
            path(f"{below}delete/", wrap(self.delete_filter_view), name=name % "delete"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list below its saved filters, which are read when they are shown."""
        panel = functools.cache(functools.partial(self._panel, request))
        answer: HttpResponse = super().changelist_view(  # type: ignore[misc]
            request, {"saved_filters": panel, **(extra_context or {})}
        )
        return answer

    def _panel(self, request: HttpRequest) -> FilterPanel:
        page: Any = self
        user: Any = request.user
        shown = query_shown(request)
        saved = filters_of_list(user, Surface.ADMIN, page.opts.label_lower)
        return FilterPanel(
            filters=[_shown_filter(page, one, user, shown) for one in saved],
            shown=as_address(shown),
            save_url=page.page_url("save_filter"),
            may_share=may_share(user, page.opts.label_lower),
        )

    def _require_list(self, request: HttpRequest) -> None:
        page: Any = self
        if not page.has_view_or_change_permission(request):
            raise PermissionDenied

    def _saved(self, request: HttpRequest, key: int) -> SavedFilter:
        """The filter of this list that the person may use. Raises PermissionDenied, Http404."""
        page: Any = self
        self._require_list(request)
        usable = usable_filters(request.user, Surface.ADMIN)
        found = usable.filter(record_type=page.opts.label_lower, pk=key).first()
        if found is None:
            raise Http404
        return found

    def _list_url(self, query: Query) -> str:
        page: Any = self
        address: str = page.page_url("changelist")
        return f"{address}?{as_address(query)}" if query else address

    def open_filter_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """To the list as the filter has it, without what the list does not know any more."""
        page: Any = self
        saved = self._saved(request, key)
        unknown = AdminList(page, request).unknown_parameters(saved.query)
        if unknown:
            text = _("“%(name)s”: the list does not know %(parameters)s any more; left out.")
            told = {"name": saved.name, "parameters": ", ".join(unknown)}
            messages.warning(request, text % told)
        kept = {name: values for name, values in saved.query.items() if name not in unknown}
        return HttpResponseRedirect(self._list_url(kept))

    def save_filter_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what the list shows under the name that was sent."""
        page: Any = self
        self._require_list(request)
        if request.method != "POST":
            return HttpResponseRedirect(page.page_url("changelist"))
        text = request.POST.get("query", "")

        def perform(values: dict[str, Any]) -> str:
            saved = create_filter(
                owner=request.user,  # type: ignore[arg-type]  # the site lets in accounts alone
                records=AdminList(page, request),
                name=values["name"],
                query=query_of_address(text),
                is_shared=values["is_shared"],
            )
            return _("“%(name)s” is saved.") % {"name": saved.name}

        return ActionPage(
            title=_("Save this filter"),
            explanation="",
            submit_label=_("Save"),
            back_url=self._list_url(_query_or_none(text)),
            perform=perform,
            form_class=NewFilterForm,
            hidden=(("query", text),),
        ).answer(page, request)

    def change_filter_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Rename a filter, share it or no longer, or change it to what the list shows."""
        page: Any = self
        saved = self._saved(request, key)
        if request.method != "POST":
            return HttpResponseRedirect(page.page_url("changelist"))
        text, version = request.POST.get("query", ""), request.POST.get("version", "")

        def perform(values: dict[str, Any]) -> str:
            changed: dict[str, Any] = {name: values[name] for name in ("name", "is_shared")}
            if values["takes_shown"]:
                changed["query"] = query_of_address(text)
            renamed = update_filter(
                saved=saved,
                by=request.user,  # type: ignore[arg-type]  # as above
                records=AdminList(page, request),
                values=changed,
                # What is no version is none that is stored.
                expected_version=int(version) if _is_number(version) else 0,
            )
            return _("“%(name)s” is changed.") % {"name": renamed.name}

        return ActionPage(
            title=_("Change the filter “%(name)s”") % {"name": saved.name},
            explanation="",
            submit_label=_("Save"),
            back_url=self._list_url(_query_or_none(text)),
            perform=perform,
            form_class=ChangedFilterForm,
            hidden=(("query", text), ("version", version)),
        ).answer(page, request)

    def delete_filter_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask, then remove the filter."""
        page: Any = self
        saved = self._saved(request, key)

        def perform(_values: dict[str, Any]) -> str:
            delete_filter(saved=saved, by=request.user)  # type: ignore[arg-type]  # as above
            return _("“%(name)s” is removed.") % {"name": saved.name}

        return ActionPage(
            title=_("Remove the filter “%(name)s”?") % {"name": saved.name},
            explanation=_("Others who use it lose it too.") if saved.is_shared else "",
            submit_label=_("Remove"),
            back_url=page.page_url("changelist"),
            perform=perform,
            is_dangerous=True,
            is_offered=may_edit(saved, request.user),
        ).answer(page, request)


def _shown_filter(page: BaseAdmin, saved: SavedFilter, user: Any, shown: Query) -> ShownFilter:
    is_edited = may_edit(saved, user)
    return ShownFilter(
        saved=saved,
        open_url=page.page_url("open_filter", saved.pk),
        is_in_force=bool(shown) and saved.query == shown,
        is_own=saved.owner_id == user.pk,
        change_url=page.page_url("change_filter", saved.pk) if is_edited else "",
        delete_url=page.page_url("delete_filter", saved.pk) if is_edited else "",
    )


def _query_or_none(text: str) -> Query:
    """The query of the address's part; none when it is not one that can be kept."""
    try:
        return query_of_address(text)
    except DomainError:
        return {}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
