"""A page with a short form that runs one service: adjust, cancel, synchronise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from core.admin.refusals import Refusal, refusing

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin


class NoQuestions(forms.Form):
    """For actions that need nothing but a yes."""


@dataclass(frozen=True, slots=True)
class ActionPage:
    """What the page says and does. `perform` gets the cleaned data and returns the message
    ("" when it has said its own).

    `hidden` are further inputs the page sends back, as (name, value). Without `is_offered` the page
    only says why it cannot be done.
    """

    title: str
    explanation: str
    submit_label: str
    back_url: str
    perform: Callable[[dict[str, Any]], str]
    form_class: type[forms.Form] = NoQuestions
    facts: list[tuple[str, str]] = field(default_factory=list)
    hidden: Iterable[tuple[str, str]] = ()
    is_dangerous: bool = False
    is_offered: bool = True

    def answer(self, model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
        """Show the form; when it was sent, run the service and go back with its message.

        A refusal shows the form again with the reason on its field. The caller has checked the
        permission.
        """
        sent = request.method == "POST" and "_confirm" in request.POST
        form = self.form_class(request.POST if sent else None)
        if sent and form.is_valid():
            try:
                with refusing(), transaction.atomic():
                    message = self.perform(form.cleaned_data)
            except Refusal as refusal:
                refusal.mark(form)
            else:
                if message:
                    model_admin.message_user(request, message, messages.SUCCESS)
                return HttpResponseRedirect(self.back_url)
        context = {
            **model_admin.admin_site.each_context(request),
            "title": self.title,
            "page": self,
            "form": form,
            "opts": model_admin.opts,
        }
        return TemplateResponse(request, "admin/action_page.html", context)
