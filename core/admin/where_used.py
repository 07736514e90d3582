"""Where a record is used, and how it leaves use: a page, its buttons, and safe removal.

For every page whose model is a declared master; other pages are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_
from unfold.decorators import action

from core.admin.action_page import ActionPage
from core.admin.change_reason import ReasonForm
from core.admin.merge_page import merge_page
from core.admin.refusals import Refusal, refusing
from core.context import change_context
from core.references.masters import Master, master_of
from core.references.selectors import Reference, references_to
from core.references.services import deactivate_row, remove_record, restore_row
from core.references.tallies import tally_references
from core.references.texts import kind_of

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin


@dataclass(frozen=True, slots=True)
class ShownReference:
    """A reference with the pages that the reader may open: of the rows, and of all of them.

    `more` is how many rows are not named.
    """

    reference: Reference
    kind: str
    rows: list[tuple[str, str]]
    list_url: str
    more: int


def shown_references(
    page: BaseAdmin, request: HttpRequest, row: models.Model
) -> list[ShownReference]:
    """What refers to the row, as far as the person may see it, with links."""
    return [
        _shown(page, request, row, reference) for reference in references_to(row, user=request.user)
    ]


def link_references(
    page: BaseAdmin, request: HttpRequest, row: models.Model, references: list[Reference]
) -> list[ShownReference]:
    """The references with links."""
    return [_shown(page, request, row, reference) for reference in references]


def _shown(
    page: BaseAdmin, request: HttpRequest, row: models.Model, reference: Reference
) -> ShownReference:
    other = _page_of(page, request, reference.model)
    rows = [(one.text, _address(other, "change", one.key)) for one in reference.rows]
    lookup = f"{reference.field}__id__exact"
    list_url = ""
    if other is not None and reference.rows and other.lookup_allowed(lookup, str(row.pk), request):
        list_url = f"{_address(other, 'changelist')}?{lookup}={row.pk}"
    return ShownReference(
        reference, kind_of(reference.model), rows, list_url, reference.count - len(rows)
    )


def _page_of(page: BaseAdmin, request: HttpRequest, label: str) -> Any:
    """The page of the model with that label, if the person may open it."""
    for model, other in page.admin_site._registry.items():
        if model._meta.label == label and other.has_view_permission(request):
            return other
    return None


def _address(page: Any, name: str, *args: Any) -> str:
    if page is None:
        return ""
    try:
        return str(page.page_url(name, *args))
    except NoReverseMatch:
        return ""


class LeavesUse:
    """For `BaseAdmin`: what every page of a master offers."""

    model: type[models.Model]
    actions_detail: Any
    delete_confirmation_template = "admin/delete_record.html"
    delete_selected_confirmation_template = "admin/delete_records.html"

    def master(self) -> Master | None:
        """How the page's records leave use; None when they are no masters."""
        return master_of(self.model)

    def offers(self, change: str) -> bool:
        """Whether there is a service for the change; masters are removed by the one of core."""
        offered: bool = super().offers(change)  # type: ignore[misc]
        return offered or (change == "delete_row" and self.master() is not None)

    def remove_record(self, obj: Any) -> None:
        """By the page's own service, else by the master's; refused while anything refers to it."""
        if super().offers("delete_row"):  # type: ignore[misc]
            self.delete_row(obj)  # type: ignore[attr-defined]
        else:
            remove_record(row=obj)

    # Addresses and buttons. Masters are declared when all is loaded: asked for late.

    def get_urls(self) -> list[Any]:
        """The page's addresses, with those of a master."""
        page: Any = self
        master = self.master()
        if master is None:
            return list(super().get_urls())  # type: ignore[misc]
        if "where_used_page" not in self.actions_detail:
            self.actions_detail = (*self.actions_detail, "where_used_page")
        name = f"{page.opts.app_label}_{page.opts.model_name}"
        wrap = page.admin_site.admin_view
        own = []
        if master.is_merged:
            own.append(path("<path:object_id>/merge/", wrap(self.merge_view), name=f"{name}_merge"))
        if master.switch is not None:
            own.append(
                path("<path:object_id>/switch/", wrap(self.switch_view), name=f"{name}_switch")
            )
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def get_actions(self, request: HttpRequest) -> Any:
        """The list's actions; those of a master with a switch can be switched off and on."""
        page: Any = self
        found = super().get_actions(request)  # type: ignore[misc]
        master = self.master()
        if master is not None and master.switch and page.has_change_permission(request):
            for name in ("deactivate_rows", "restore_rows"):
                found[name] = page.get_action(name)
        return found

    @action(description=lazy_("Switch off"))
    def deactivate_rows(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        self._switch_each(request, queryset, is_active=False)

    @action(description=lazy_("Restore"))
    def restore_rows(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        self._switch_each(request, queryset, is_active=True)

    def _switch_each(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *, is_active: bool
    ) -> None:
        """Each record by itself, saying for each how it went."""
        page: Any = self
        for row in queryset.order_by("pk"):
            try:
                with refusing(), transaction.atomic():
                    told = _switched(row, is_active=is_active)
            except Refusal as refusal:
                page.message_user(request, f"{row}: {refusal.text()}", messages.ERROR)
            else:
                page.message_user(request, told, messages.SUCCESS)

    # Pages

    def record(self, request: HttpRequest, object_id: str) -> Any:
        """The record, if the person may see it. Raises Http404, PermissionDenied."""
        page: Any = self
        row = page.get_object(request, unquote(object_id))
        if not page.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        return row

    def may_merge(self, request: HttpRequest) -> bool:
        """Merging changes both records and takes one out of use: both permissions are needed."""
        page: Any = self
        name = f"{page.opts.app_label}.%s_{page.opts.model_name}"
        return request.user.has_perms([name % "change", name % "delete"])

    @action(
        description=lazy_("Where used"), url_path="where-used", permissions=["view"], icon="hub"
    )
    def where_used_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What refers to the record, and what may be done with it."""
        page: Any = self
        row = self.record(request, object_id)
        master = self.master()
        if master is None:
            raise Http404
        may_change = page.has_change_permission(request, row)
        context = {
            **page.admin_site.each_context(request),
            "title": _("Where used: %(row)s") % {"row": row},
            "opts": page.opts,
            "original": row,
            "references": shown_references(page, request, row),
            "back_url": page.page_url("change", row.pk),
            "merge_url": page.page_url("merge", row.pk)
            if master.is_merged and self.may_merge(request)
            else "",
            "switch_url": page.page_url("switch", row.pk) if master.switch and may_change else "",
            "delete_url": page.page_url("delete", row.pk)
            if page.has_delete_permission(request, row)
            else "",
            "is_active": getattr(row, "is_active", True),
        }
        return TemplateResponse(request, "admin/where_used.html", context)

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose the record to keep, look at what would happen, confirm."""
        page: Any = self
        row = self.record(request, object_id)
        if not self.may_merge(request):
            raise PermissionDenied
        return merge_page(page, request, row, link_references)

    def switch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then switch the record off, or on again."""
        page: Any = self
        row = self.record(request, object_id)
        if not page.has_change_permission(request, row):
            raise PermissionDenied

        def perform(values: dict[str, Any]) -> str:
            with change_context(reason=values["reason"] or None):
                return _switched(row, is_active=not row.is_active)

        return ActionPage(
            title=(_("Switch off: %(row)s") if row.is_active else _("Restore: %(row)s"))
            % {"row": row},
            explanation=_("What refers to it stays as it is; new records no longer choose it.")
            if row.is_active
            else _("It can be chosen again."),
            submit_label=_("Switch off") if row.is_active else _("Restore"),
            back_url=page.page_url("where_used_page", row.pk),
            perform=perform,
            form_class=ReasonForm,
            is_dangerous=row.is_active,
        ).answer(page, request)

    # Removal

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's question, with where the record is used instead of what would go with it."""
        page: Any = self
        own: dict[str, Any] = {}
        if self.master() is not None:
            row = page.get_object(request, unquote(object_id))
            if row is not None and page.has_delete_permission(request, row):
                own = {
                    "references": shown_references(page, request, row),
                    "where_used_url": page.page_url("where_used_page", row.pk),
                }
        answer: HttpResponse = super().delete_view(  # type: ignore[misc]
            request, object_id, {**own, **(extra_context or {})}
        )
        return answer

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What Django asks before it removes rows; nothing goes with a row of a master."""
        if self.master() is None:
            return super().get_deleted_objects(objs, request)  # type: ignore[misc]
        rows = {row.pk: row for row in objs}
        guarded = tally_references(self.model, rows.keys())
        told = tally_references(self.model, guarded.keys(), user=request.user) if guarded else {}
        protected = [f"{rows[key]}: {_in_words(told.get(key, {}))}" for key in guarded]
        opts = self.model._meta
        counted = {opts.verbose_name_plural: len(rows)}
        kind = capfirst(opts.verbose_name)
        return [f"{kind}: {row}" for row in rows.values()], counted, set(), protected


def _switched(row: Any, *, is_active: bool) -> str:
    """Switch the record and say how it went."""
    found: Any = restore_row(row=row) if is_active else deactivate_row(row=row)
    if type(found) is not type(row):
        text = _("%(row)s: this waits until somebody else agrees.")
    else:
        text = _("%(row)s: switched on.") if is_active else _("%(row)s: switched off.")
    return text % {"row": row}


def _in_words(counts: dict[str, int]) -> str:
    """What refers to a row: "Products 3, Prices 2"."""
    if not counts:
        return _("other records refer to it")
    return ", ".join(f"{kind_of(label)} {count}" for label, count in sorted(counts.items()))
