"""Switching to another holder of the mark, and off and on: buttons in tabs, pages of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.action_page import ActionPage, NoQuestions
from core.admin.badges import badge
from core.admin.widgets import Select
from settings_modules.organizations.models import ApprovalRequest

_SWITCHES = {"make_primary_page", "make_default_page"}


def page_of(row: Any, page: str) -> str:
    """The address of a page about the row, such as "change"."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def one_click(address: str, label: object) -> str:
    """A button within a page's form that does one thing at once, whatever else was typed."""
    return format_html(
        '<button type="submit" class="tp-link" name="_confirm" value="yes" formnovalidate'
        ' formaction="{}">{}</button>',
        address,
        label,
    )


def link(address: str, label: object) -> str:
    """A link in a tab."""
    return format_html('<a class="tp-link" href="{}">{}</a>', address, label)


def successor_form(row: Any, *, flag: str) -> type[forms.Form]:
    """Asks who takes the place of the row when it has the mark and others are there to take it."""
    others = type(row).objects.filter(organization_id=row.organization_id, is_active=True)
    known = [(other.pk, str(other)) for other in others.exclude(pk=row.pk)[:200]]
    if not getattr(row, flag) or not known:
        return NoQuestions

    class SuccessorForm(forms.Form):
        promote = forms.TypedChoiceField(
            label=gettext_lazy("Takes its place"),
            coerce=int,
            choices=[("", "—"), *known],
            widget=Select(),
        )

    return SuccessorForm


def done_or_waiting(result: Any, done: str) -> str:
    """What the person is told: that it is done, or that somebody else must agree."""
    return waiting_text() if isinstance(result, ApprovalRequest) else done


def waiting_text() -> str:
    """What the person is told of a change that waits."""
    return _("Nothing is changed yet: a second person must agree.")


def ask(
    page: Any,
    request: HttpRequest,
    row: Any,
    *,
    title: str,
    explanation: str,
    perform: Callable[[dict[str, Any]], str],
    form_class: type[forms.Form] = NoQuestions,
) -> HttpResponse:
    """A page that does one thing with the row, and goes back to where the button was."""
    came_from = row.organization if "back" in request.GET else row
    return ActionPage(
        title=title,
        explanation=explanation,
        submit_label=title,
        back_url=page_of(came_from, "change"),
        perform=perform,
        form_class=form_class,
    ).answer(page, request)


def mark_badge(has_mark: bool, is_active: bool, word: str) -> str:
    """Whether the row has the mark, or is switched off."""
    if has_mark:
        return badge(word, "good")
    return "—" if is_active else badge(_("switched off"), "plain")


def offered(actions: list[Any], row: Any, flag: str) -> list[Any]:
    """Those of the pages' buttons that the state of the row allows."""
    if row is None:
        return []
    hidden = {"restore_page"} if row.is_active else {"deactivate_page", *_SWITCHES}
    if getattr(row, flag):
        hidden |= _SWITCHES
    return [button for button in actions if button.method.__name__ not in hidden]
