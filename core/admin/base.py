"""`BaseAdmin`: how every page of the admin looks, and how it reaches the services.

A ModelAdmin names its services by defining `create_row`, `update_row` and `delete_row`; what it
does not define, it does not offer. Nothing is written except by them. What a service refuses is
shown on the form that asked for it, filled in as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import BaseForm, BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.paginator import InfinitePaginator as UncountedPaginator

from core.admin.change_reason import CHANGE_REASON, reason_of, reasoned_form
from core.admin.edit_conflicts import SEEN_STATE, versioned_form
from core.admin.labels import language_label
from core.admin.refusals import (
    ChangeNotOffered,
    Refusal,
    refusable_form,
    refusable_formset,
    refusing,
)
from core.admin.reverts import revert_page
from core.admin.row_conflicts import seen_rows_formset
from core.admin.row_history import history_model, history_page
from core.admin.row_pages import KnowsKeys, LeadsToPage
from core.admin.saved_filters import SavesFilters
from core.admin.visible_rows import VisibleRows, require_visible
from core.admin.where_used import LeavesUse
from core.editing.models import VersionedModel
from core.money import plain_number

__all__ = [
    "ActionVariant",
    "BaseAdmin",
    "BaseTabularInline",
    "UncountedPaginator",
    "action",
    "display",
]

Values = Mapping[str, Any]
ROWS_PER_PAGE = 50
_RIGHT_TO_LEFT_DATA = frozenset({"ar", "ckb"})


_lazy_language_label = lazy(language_label, str)


def _plain_decimal(value: Any) -> Any:
    """A stored amount without the zeros that only its column's width adds."""
    return plain_number(value) if isinstance(value, Decimal) else value


class ServiceDoor:
    """The three changes a page may offer. A subclass defines those for which it has a service."""

    def create_row(self, obj: Any, values: Values) -> models.Model:
        """Store the new row `obj`, whose form held `values`, and return it."""
        raise ChangeNotOffered()

    def update_row(self, obj: Any, values: Values) -> None:
        """Store the edited row `obj`; `values` are the changed fields only."""
        raise ChangeNotOffered()

    def delete_row(self, obj: Any) -> None:
        """Remove the row."""
        raise ChangeNotOffered()

    @classmethod
    def offers(cls, change: str) -> bool:
        """Whether `change` ("create_row", …) has a service here."""
        return getattr(cls, change) is not getattr(ServiceDoor, change)


class LanguageInputs:
    """Inputs and autocompletion shared by pages and inlines."""

    model: type[models.Model]
    admin_site: Any

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Label translated columns with their language and let each run in its own direction."""
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        language = getattr(db_field, "_translated_field_language_code", "")
        if field is not None and language:
            field.label = _lazy_language_label(str(db_field.verbose_name), language)
            field.widget.attrs["dir"] = "rtl" if language in _RIGHT_TO_LEFT_DATA else "ltr"
            field.widget.attrs["lang"] = language
        elif field is not None and isinstance(db_field, models.CharField | models.TextField):
            field.widget.attrs.setdefault("dir", "auto")
        if field is not None and isinstance(db_field, models.DecimalField):
            field.prepare_value = _plain_decimal
        if field is not None and isinstance(db_field, models.TextField):
            field.widget.attrs["rows"] = 4
        return field

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every reference to rows that have a searchable page of their own."""
        names = []
        for field in [*self.model._meta.fields, *self.model._meta.many_to_many]:
            target = field.remote_field.model if field.remote_field else None
            page = self.admin_site._registry.get(target)
            if page is not None and page.search_fields:
                names.append(field.name)
        return names


class BaseTabularInline(LeadsToPage, VisibleRows, LanguageInputs, ServiceDoor, TabularInline):
    """Rows of another model on its parent's page. Read-only until it names services."""

    extra = 0
    empty_value_display = "—"
    show_change_link = False
    tab = True
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.offers("create_row") and bool(super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.offers("update_row") and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.offers("delete_row") and bool(super().has_delete_permission(request, obj))


class BaseAdmin(
    SavesFilters, KnowsKeys, LeavesUse, VisibleRows, LanguageInputs, ServiceDoor, ModelAdmin
):
    """The base of every page of the admin."""

    list_per_page = ROWS_PER_PAGE
    list_max_show_all = 200
    show_full_result_count = False
    list_filter_sheet = True
    warn_unsaved_form = True
    empty_value_display = "—"
    compressed_fields = True
    object_history_template = "admin/row_history.html"
    #: What an empty list says: what belongs here and how it gets here.
    empty_text: ClassVar[Any] = gettext_lazy("Nothing here yet.")
    change_form_before_template = "admin/hidden_inputs.html"
    change_form_after_template = "admin/change_reason.html"

    # What may be done

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.offers("create_row") and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.offers("update_row") and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.offers("delete_row") and bool(super().has_delete_permission(request, obj))

    # How it is done

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand the form to the service, inside a savepoint."""
        with reason_of(form), refusing(form.prefix or ""), transaction.atomic():
            self._store(self, obj, form, change)
            require_visible(obj, request.user)

    @staticmethod
    def _store(door: ServiceDoor, obj: Any, form: Any, change: bool) -> None:
        names = form.changed_data if change else form.cleaned_data
        own = {SEEN_STATE, CHANGE_REASON}
        values = {name: form.cleaned_data[name] for name in names if name not in own}
        if not change:
            obj.__dict__.update(door.create_row(obj, values).__dict__)
        elif values:
            door.update_row(obj, values)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The inlines' rows; many-to-many values went to the service with the others."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Hand each changed, added or removed row of an inline to its services."""
        door: ServiceDoor = formset.service_door
        removed = formset.deleted_forms if formset.can_delete else []
        for row in formset.forms:
            known = row.instance.pk is not None
            with reason_of(form), refusing(row.prefix), transaction.atomic():
                if row in removed:
                    if known:
                        door.delete_row(row.instance)
                elif row.has_changed():
                    setattr(row.instance, formset.fk.name, form.instance)
                    self._store(door, row.instance, row, known)
                    require_visible(row.instance, request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with refusing(), transaction.atomic():
            self.remove_record(obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with refusing(), transaction.atomic():
            for obj in queryset.order_by("pk"):
                self.remove_record(obj)

    # Django's own log would repeat the history, and keep names that may have to be erased.

    def construct_change_message(self, *_: Any, **__: Any) -> str:
        return ""

    def log_addition(self, *_: Any) -> None:
        return None

    def log_change(self, *_: Any) -> None:
        return None

    def log_deletions(self, *_: Any) -> None:
        return None

    # How a refusal is shown

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page; when a service refuses, the same page again with the reason on it."""
        view = super().changeform_view
        has_history = history_model(self.model) is not None
        extra_context = {"show_history": has_history, **(extra_context or {})}
        return self._answer(request, lambda: view(request, object_id, form_url, extra_context))

    def _answer(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """The view's answer; after a refusal the same page with the reason on it.

        When somebody else was faster by a moment, the page's own comparison says so.
        """
        try:
            return view()
        except Refusal as refusal:
            refused = refusal
        if refused.is_stale:
            try:
                return view()
            except Refusal as refusal:
                refused = refusal
        request.refusal = refused  # type: ignore[attr-defined]
        return view()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's list; refused rows come back in it with the reason, a bulk action above it."""
        view = super().changelist_view
        if "_save" in request.POST:
            response: Any = self._answer(request, lambda: view(request, extra_context))
            shown = getattr(response, "context_data", None) or {}
            if "cl" in shown and shown["cl"].formset is not None:
                # Rows come and go: each line must stand beside its own inputs.
                shown["cl"].result_list = [form.instance for form in shown["cl"].formset.forms]
            return response
        try:
            return view(request, extra_context)
        except Refusal as refusal:
            self.message_user(request, refusal.text(), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's question; a refused removal goes back to the row with the reason."""
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            self.message_user(request, refusal.text(), messages.ERROR)
            return HttpResponseRedirect(self.page_url("change", object_id))
        return response

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form_class: type[BaseForm] = super().get_form(request, obj, change=change, **kwargs)
        if not change or self.has_change_permission(request, obj):
            form_class = reasoned_form(form_class)
            if change and self._is_versioned():
                form_class = versioned_form(form_class)
        refusal = getattr(request, "refusal", None)
        return refusable_form(form_class, refusal) if refusal else form_class

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset_class: type[BaseFormSet[Any]] = super().get_changelist_formset(request, **kwargs)
        if self._is_versioned():
            formset_class = seen_rows_formset(formset_class, is_list=True)
        refusal = getattr(request, "refusal", None)
        return refusable_formset(formset_class, refusal) if refusal else formset_class

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        refusal = getattr(request, "refusal", None)
        for inline_class, inline in super().get_formsets_with_inlines(request, obj):
            formset_class = inline_class
            formset_class.service_door = inline
            is_edited = obj is not None and inline.has_change_permission(request, obj)
            if is_edited and issubclass(inline.model, VersionedModel):
                formset_class = seen_rows_formset(formset_class)
            yield (refusable_formset(formset_class, refusal) if refusal else formset_class), inline

    # What happened

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of the row with the fields before and after, newest first."""
        obj = self.get_object(request, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        number = request.GET.get("p", "1")
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": obj},
            "page": history_page(self.model, obj.pk, int(number) if number.isdigit() else 1),
            "object": obj,
            "original": obj,
            "opts": self.opts,
            "back_url": self.page_url("change", obj.pk),
            "can_revert": self._is_versioned() and self.has_change_permission(request, obj),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_revert"
        view = self.admin_site.admin_view(self.revert_view)
        return [
            path("<path:object_id>/history/<int:number>/", view, name=name),
            *super().get_urls(),
        ]

    def revert_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Ask, then give the row the values back that it had before the change."""
        if not self._is_versioned():
            raise Http404
        return revert_page(self, request, unquote(object_id), number)

    def _is_versioned(self) -> bool:
        return issubclass(self.model, VersionedModel)

    # Shortcuts for subclasses

    def page_url(self, page: str, *args: Any) -> str:
        """The address of one of the model's pages: "changelist", "change", "add", "history"."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args)

    def for_each(
        self,
        request: HttpRequest,
        queryset: models.QuerySet[Any],
        perform: Callable[[Any], object],
        done: Any,
    ) -> None:
        """Run a service on every row by itself and say for each how it went.

        `done` is the message of success, with a place for the row: "%(row)s".
        """
        for obj in queryset.order_by("pk"):
            try:
                with refusing(), transaction.atomic():
                    perform(obj)
            except Refusal as refusal:
                self.message_user(request, f"{obj}: {refusal.text()}", messages.ERROR)
            else:
                self.message_user(request, done % {"row": obj}, messages.SUCCESS)
