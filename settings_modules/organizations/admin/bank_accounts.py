"""Bank accounts in the back office: a tab of the organization, and pages of their own.

Numbers are masked everywhere; the one page that shows them records who looked.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.account_numbers import AccountInputs, masked, reveal_answer
from core.admin.badges import badge
from core.admin.base import BaseAdmin, BaseTabularInline, Values, action, display
from core.admin.change_reason import reason_of
from core.admin.checked_numbers import warning_list
from core.admin.refusals import refusing
from core.bank_numbers.numbers import ACCOUNT_SECRETS
from settings_modules.organizations.admin.account_forms import AccountForm
from settings_modules.organizations.admin.holder_pages import (
    ask,
    done_or_waiting,
    link,
    mark_badge,
    offered,
    one_click,
    page_of,
    successor_form,
    waiting_text,
)
from settings_modules.organizations.errors import BankChangeNeedsItsPage
from settings_modules.organizations.models import ApprovalRequest, BankAccount
from settings_modules.organizations.selectors.findings import account_findings
from settings_modules.organizations.services.bank_accounts import (
    add_account,
    deactivate_account,
    make_default,
    remove_account,
    restore_account,
    reveal_account_number,
    update_account,
)

REVEAL = "organizations.reveal_bankaccount"


class AccountDoor(AccountInputs):
    """What the tab and the pages share: the inputs and the services."""

    form = AccountForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankAccount]:
        rows: QuerySet[BankAccount] = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_related("organization")

    @display(description=gettext_lazy("to be looked at"))
    def warnings(self, obj: BankAccount) -> str:
        return warning_list(account_findings(obj)) if obj.pk else "—"

    def create_row(self, obj: BankAccount, values: Values) -> BankAccount:
        return _at_once(add_account(organization=obj.organization, values=values))

    def update_row(self, obj: BankAccount, values: Values) -> None:
        _at_once(update_account(account=obj, values=values, expected_version=obj.version))

    def delete_row(self, obj: BankAccount) -> None:
        if remove_account(account=obj) is not None:
            raise BankChangeNeedsItsPage()


def _at_once(result: BankAccount | ApprovalRequest) -> BankAccount:
    """The account. Raises BankChangeNeedsItsPage when the change has to wait: it does not here."""
    if isinstance(result, ApprovalRequest):
        raise BankChangeNeedsItsPage()
    return result


class BankAccountInline(AccountDoor, BaseTabularInline):
    """The accounts of an organization. Where a second person must agree, it is only looked at."""

    model = BankAccount
    # The rest is on the account's own page: a line should fit the screen.
    fields = (
        *("bank_name", "account_holder", "account_type", "currency", "shown_number"),
        *("account_number", "iban", "ifsc", "is_active", "mark", "warnings"),
    )
    readonly_fields = ("shown_number", "mark", "warnings")
    show_change_link = True
    may_switch = may_reveal = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.may_switch = bool(request.user.has_perm("organizations.change_bankaccount"))
        self.may_reveal = bool(request.user.has_perm(REVEAL))
        return super().get_formset(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without inputs there is nothing but the mask to show."""
        fields = super().get_fields(request, obj)
        if self.has_add_permission(request, obj) or self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name not in ACCOUNT_SECRETS]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_edited_here(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_edited_here(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_edited_here(obj) and super().has_delete_permission(request, obj)

    @display(description=gettext_lazy("default"))
    def mark(self, obj: BankAccount) -> str:
        if obj.pk is None:
            return "—"
        parts = []
        if obj.is_default:
            parts.append(badge(_("default"), "good"))
        elif obj.is_active and self.may_switch:
            address = f"{page_of(obj, 'make_default_page')}?back=organization"
            parts.append(one_click(address, _("Make default")))
        if self.may_reveal:
            parts.append(link(page_of(obj, "reveal_page"), _("Reveal")))
        return format_html_join(" ", "{}", ((part,) for part in parts)) or "—"


def _is_edited_here(organization: Any) -> bool:
    return organization is None or not organization.bank_changes_need_approval


@admin.register(BankAccount)
class BankAccountAdmin(AccountDoor, BaseAdmin):
    """Every account of the organizations that the person sees."""

    list_display = ("bank_name", "shown_number", "organization", "currency", "shown_state")
    list_filter = ("organization", "currency", "is_default", "is_active")
    search_fields = ("bank_name", "branch", "account_holder", "ifsc", "last_four")
    ordering = ("organization", "-is_default", "bank_name", "id")
    fieldsets = (
        (None, {"fields": ("organization", ("account_holder", "bank_name"), "branch")}),
        (
            None,
            {
                "fields": (
                    ("account_type", "currency"),
                    ("account_number", "iban"),
                    ("ifsc", "swift_code"),
                    ("is_active", "shown_state"),
                    "warnings",
                )
            },
        ),
    )
    readonly_fields = ("shown_state", "warnings")
    actions_detail = ("reveal_page", "make_default_page", "deactivate_page", "restore_page")
    empty_text = gettext_lazy(
        "Add the bank accounts of a company here, or in the tab of the organization."
    )

    @display(description=gettext_lazy("mark"))
    def shown_state(self, obj: BankAccount) -> str:
        return mark_badge(obj.is_default, obj.is_active, _("default")) if obj.pk else "—"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever only looks sees the mask in place of the inputs."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return masked(fieldsets)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "shown_number")

    # A change that waits

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand the form to the service, and remember whether the change waits."""
        if _is_edited_here(obj.organization):
            super().save_model(request, obj, form, change)
            return
        with reason_of(form), refusing(form.prefix or ""), transaction.atomic():
            result: Any = None
            if not change:
                result = add_account(organization=obj.organization, values=form.cleaned_data)
            elif form.changed_data:
                values = {name: form.cleaned_data[name] for name in form.changed_data}
                version = obj.version
                result = update_account(account=obj, values=values, expected_version=version)
        request.is_waiting = isinstance(result, ApprovalRequest)  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        if getattr(request, "is_waiting", False):
            return self._said_to_wait(request, self.page_url("changelist"))
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if getattr(request, "is_waiting", False):
            return self._said_to_wait(request, self.page_url("change", obj.pk))
        return super().response_change(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove the account, or remember that its removal waits."""
        with refusing(), transaction.atomic():
            request.is_waiting = remove_account(account=obj) is not None  # type: ignore[attr-defined]

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        if getattr(request, "is_waiting", False):
            return self._said_to_wait(request, self.page_url("changelist"))
        return super().response_delete(request, obj_display, obj_id)

    def _said_to_wait(self, request: HttpRequest, address: str) -> HttpResponse:
        self.message_user(request, waiting_text(), messages.INFO)
        return HttpResponseRedirect(address)

    def revert_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """A revert is carried out at once, so it is not offered where changes wait."""
        row = self.get_object(request, object_id)
        if row is not None and not _is_edited_here(row.organization):
            raise Http404
        return super().revert_view(request, object_id, number)

    # What is done with an account

    def has_reveal_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see whole account numbers."""
        return bool(request.user.has_perm(REVEAL))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What its state allows."""
        row = BankAccount.objects.filter(pk=object_id).first()
        return offered(super().get_actions_detail(request, object_id), row, "is_default")

    @action(description=gettext_lazy("Reveal"), url_path="reveal", permissions=["reveal"])
    def reveal_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that it is recorded; after a yes show the numbers, in this one answer."""
        row = self._stored(request, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return reveal_answer(self, request, row, lambda: reveal_account_number(account=row))

    @action(
        description=gettext_lazy("Make default"), url_path="make-default", permissions=["change"]
    )
    def make_default_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, unless the button of the tab was pressed; then switch."""
        row = self._stored(request, object_id)

        def perform(_values: dict[str, Any]) -> str:
            done = _("%(row)s is the default one now.") % {"row": row}
            return done_or_waiting(make_default(account=row), done)

        return ask(
            self,
            request,
            row,
            title=_("Make default"),
            explanation=_("%(row)s goes on documents by itself from now on.") % {"row": row},
            perform=perform,
        )

    @action(description=gettext_lazy("Switch off"), url_path="deactivate", permissions=["change"])
    def deactivate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which takes its place when it is the default one, then switch it off."""
        row = self._stored(request, object_id)

        def perform(values: dict[str, Any]) -> str:
            result = deactivate_account(account=row, promote=values.get("promote"))
            return done_or_waiting(result, _("%(row)s is switched off.") % {"row": row})

        return ask(
            self,
            request,
            row,
            title=_("Switch off"),
            explanation=_("%(row)s stays on record and can be switched on again.") % {"row": row},
            perform=perform,
            form_class=successor_form(row, flag="is_default"),
        )

    @action(description=gettext_lazy("Switch on"), url_path="restore", permissions=["change"])
    def restore_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then switch it on again."""
        row = self._stored(request, object_id)

        def perform(_values: dict[str, Any]) -> str:
            result = restore_account(account=row)
            return done_or_waiting(result, _("%(row)s is switched on.") % {"row": row})

        return ask(self, request, row, title=_("Switch on"), explanation=str(row), perform=perform)

    def _stored(self, request: HttpRequest, object_id: str) -> BankAccount:
        row: BankAccount | None = self.get_object(request, object_id)
        return row if row is not None else self._get_obj_does_not_exist_redirect()
