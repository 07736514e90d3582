"""GST registrations in the back office: a tab of the organization, and pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.badges import badge
from core.admin.base import BaseAdmin, BaseTabularInline, Values, action, display
from core.admin.by_files import ByFiles
from core.admin.checked_numbers import CheckedNumbersForm, warning_list
from core.errors import FieldError
from settings_modules.organizations.admin.holder_pages import (
    ask,
    mark_badge,
    offered,
    one_click,
    page_of,
    successor_form,
)
from settings_modules.organizations.models import GstRegistration
from settings_modules.organizations.selectors.findings import registration_findings
from settings_modules.organizations.services.gst_registrations import (
    add_registration,
    deactivate_registration,
    make_primary,
    remove_registration,
    restore_registration,
    update_registration,
)


class RegistrationForm(CheckedNumbersForm):
    """The GSTIN and the organization are written once."""

    checked = frozenset({"gstin"})
    decided = frozenset({"is_active", "is_primary", "state"})

    class Meta:
        model = GstRegistration
        fields = (
            *("organization", "gstin", "legal_name", "address"),
            *("state", "branch_code", "is_active"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in {"gstin", "organization"} & set(self.fields):
                self.fields[name].disabled = True

    def found(self) -> list[FieldError]:
        return registration_findings(self.instance)


class RegistrationDoor:
    """What the tab and the pages share: the inputs and the services."""

    form = RegistrationForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[GstRegistration]:
        rows: QuerySet[GstRegistration] = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_related("organization")

    @display(description=gettext_lazy("to be looked at"))
    def warnings(self, obj: GstRegistration) -> str:
        return warning_list(registration_findings(obj)) if obj.pk else "—"

    def create_row(self, obj: GstRegistration, values: Values) -> GstRegistration:
        return add_registration(
            organization=obj.organization, gstin=values["gstin"], values=dict(values)
        )

    def update_row(self, obj: GstRegistration, values: Values) -> None:
        update_registration(registration=obj, values=values, expected_version=obj.version)

    def delete_row(self, obj: GstRegistration) -> None:
        remove_registration(registration=obj)


class RegistrationInline(RegistrationDoor, BaseTabularInline):
    """The registrations of an organization; one click makes another the primary one."""

    model = GstRegistration
    fields = (
        *("gstin", "legal_name", "state", "branch_code"),
        *("is_active", "mark", "warnings"),
    )
    readonly_fields = ("mark", "warnings")
    show_change_link = True
    may_switch = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.may_switch = self.has_change_permission(request, obj)
        return super().get_formset(request, obj, **kwargs)

    @display(description=gettext_lazy("primary"))
    def mark(self, obj: GstRegistration) -> str:
        if obj.pk is None:
            return "—"
        if obj.is_primary:
            return badge(_("primary"), "good")
        if not obj.is_active or not self.may_switch:
            return "—"
        return one_click(
            f"{page_of(obj, 'make_primary_page')}?back=organization", _("Make primary")
        )


@admin.register(GstRegistration)
class GstRegistrationAdmin(ByFiles, RegistrationDoor, BaseAdmin):
    """Every registration of the organizations that the person sees."""

    import_resource = "gst-registrations"
    list_display = ("gstin", "organization", "state", "branch_code", "shown_state")
    list_filter = ("organization", "state", "is_primary", "is_active")
    search_fields = ("gstin", "legal_name", "address", "state", "branch_code")
    ordering = ("organization", "-is_primary", "gstin")
    fieldsets = (
        (None, {"fields": (("organization", "gstin"), ("legal_name", "branch_code"))}),
        (None, {"fields": ("address", ("state", "is_active"), ("shown_state", "warnings"))}),
    )
    readonly_fields = ("shown_state", "warnings")
    actions_detail = ("make_primary_page", "deactivate_page", "restore_page")
    empty_text = gettext_lazy(
        "Add the GSTINs of a company here, or in the tab of the organization."
    )

    @display(description=gettext_lazy("mark"))
    def shown_state(self, obj: GstRegistration) -> str:
        return mark_badge(obj.is_primary, obj.is_active, _("primary")) if obj.pk else "—"

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What its state allows."""
        row = GstRegistration.objects.filter(pk=object_id).first()
        return offered(super().get_actions_detail(request, object_id), row, "is_primary")

    @action(
        description=gettext_lazy("Make primary"), url_path="make-primary", permissions=["change"]
    )
    def make_primary_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, unless the button of the tab was pressed; then switch."""
        row = self._stored(request, object_id)

        def perform(_values: dict[str, Any]) -> str:
            make_primary(registration=row)
            return _("%(row)s is the primary one now.") % {"row": row}

        return ask(
            self,
            request,
            row,
            title=_("Make primary"),
            explanation=_("%(row)s goes on documents by itself from now on.") % {"row": row},
            perform=perform,
        )

    @action(description=gettext_lazy("Switch off"), url_path="deactivate", permissions=["change"])
    def deactivate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which takes its place when it is the primary one, then switch it off."""
        row = self._stored(request, object_id)

        def perform(values: dict[str, Any]) -> str:
            deactivate_registration(registration=row, promote=values.get("promote"))
            return _("%(row)s is switched off.") % {"row": row}

        return ask(
            self,
            request,
            row,
            title=_("Switch off"),
            explanation=_("%(row)s stays on record and can be switched on again.") % {"row": row},
            perform=perform,
            form_class=successor_form(row, flag="is_primary"),
        )

    @action(description=gettext_lazy("Switch on"), url_path="restore", permissions=["change"])
    def restore_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then switch it on again."""
        row = self._stored(request, object_id)

        def perform(_values: dict[str, Any]) -> str:
            restore_registration(registration=row)
            return _("%(row)s is switched on.") % {"row": row}

        return ask(
            self,
            request,
            row,
            title=_("Switch on"),
            explanation=str(row),
            perform=perform,
        )

    def _stored(self, request: HttpRequest, object_id: str) -> GstRegistration:
        row: GstRegistration | None = self.get_object(request, object_id)
        return row if row is not None else self._get_obj_does_not_exist_redirect()
