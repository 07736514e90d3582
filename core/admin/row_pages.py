"""Rows of a tab lead to the pages of their own, and addresses without a key lead to none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display


class LeadsToPage:
    """For inlines: with `show_change_link` a last column leads from each row to its page."""

    show_change_link: bool

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        return self._with_link(super().get_fields(request, obj))  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        return self._with_link(super().get_readonly_fields(request, obj))  # type: ignore[misc]

    def _with_link(self, names: Sequence[Any]) -> Sequence[Any]:
        return (*names, "page_link") if self.show_change_link else names

    @display(description=gettext_lazy("page"))
    def page_link(self, obj: Any) -> str:
        if obj.pk is None:
            return "—"
        page = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
        return format_html(
            '<a class="tp-link" href="{}">{}</a>', reverse(page, args=[obj.pk]), _("Open")
        )


class KnowsKeys:
    """For pages: an address that holds no key is as one of a record that is not there."""

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        opts = self.opts  # type: ignore[attr-defined]
        try:
            opts.pk.to_python(unquote(object_id))
        except ValidationError:
            answer: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, opts, object_id
            )
            return answer
        shown: HttpResponse = super().change_view(  # type: ignore[misc]
            request, object_id, *args, **kwargs
        )
        return shown
