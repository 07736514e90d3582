"""Rows of a tab lead to the pages of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
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
