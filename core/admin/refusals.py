"""Showing a refused change where it belongs: on the form that asked for it, with all it held."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.translation import get_language

from core.editing.errors import StaleVersion
from core.errors import Conflict, DomainError, FieldError, NotFound

log = structlog.get_logger(__name__)
#: What follows the field in the path of a part of its value.
_PART = re.compile(r"[.\[].*", re.DOTALL)


class ChangeNotOffered(DomainError):
    """A form reached a change for which the record names no service."""

    code = "change_not_offered"
    status = 403
    message = "This record cannot be changed here."
    message_ar = "لا يمكن تغيير هذا السجل من هنا."


def shown_text(error: DomainError) -> str:
    """The error's message in the language of the screen."""
    return error.text((get_language() or "en").split("-")[0])


def shown_detail(detail: FieldError) -> str:
    """What is wrong with one field, in the language of the screen."""
    is_arabic = (get_language() or "en").startswith("ar")
    return detail.message_ar if is_arabic else detail.message


@dataclass(eq=False)
class Refusal(Exception):
    """A service refused a change. `form_prefix` names the form; field "" means the whole form.

    `is_stale`: the row changed or went between the form's check and the service's.
    """

    form_prefix: str
    messages: tuple[tuple[str, str], ...]
    is_stale: bool = False

    def mark(self, form: forms.BaseForm) -> None:
        """Add the messages to the form, each on its field when the form has it.

        The path of a part ("harvest_season.IN[0]") belongs to the field that it begins with.
        """
        for path, message in self.messages:
            field = _PART.sub("", path)
            form.add_error(field if field in form.fields else None, message)

    def text(self) -> str:
        """All messages in one line."""
        return " ".join(message for _, message in self.messages)


def refusal_messages(
    error: DomainError | ValidationError | IntegrityError,
) -> tuple[tuple[str, str], ...]:
    """(field, message) pairs of what a service raised, in the language of the screen."""
    if isinstance(error, IntegrityError):
        # A rule of the database that the form could not foresee, mostly a race: kept in the log.
        log.warning("admin_change_broke_a_rule", exc_info=error)
        return (("", shown_text(Conflict())),)
    if isinstance(error, ValidationError):
        if not hasattr(error, "error_dict"):
            return tuple(("", message) for message in error.messages)
        return tuple(
            ("" if field == NON_FIELD_ERRORS else field, message)
            for field, messages in error.message_dict.items()
            for message in messages
        )
    if error.details:
        return tuple((detail.field, shown_detail(detail)) for detail in error.details)
    return ((error.field, shown_text(error)),)


@contextlib.contextmanager
def refusing(form_prefix: str = "") -> Iterator[None]:
    """Turn what a service raises inside the block into a Refusal for the form of that prefix."""
    try:
        yield
    except (DomainError, ValidationError, IntegrityError) as error:
        is_stale = isinstance(error, StaleVersion | NotFound)
        raise Refusal(form_prefix, refusal_messages(error), is_stale) from error


def refusable_form(form_class: type[Any], refusal: Refusal) -> type[Any]:
    """A form class whose forms carry the refusal when their prefix is the refused one's."""

    def full_clean(self: Any) -> None:
        form_class.full_clean(self)
        if self.is_bound and (self.prefix or "") == refusal.form_prefix:
            refusal.mark(self)

    return type(form_class.__name__, (form_class,), {"full_clean": full_clean})


def refusable_formset(formset_class: type[Any], refusal: Refusal) -> type[Any]:
    """A formset class that carries the refusal on the form with its prefix."""

    def full_clean(self: Any) -> None:
        formset_class.full_clean(self)
        for form in self.forms:
            if form.prefix != refusal.form_prefix:
                continue
            if self.can_delete and self._should_delete_form(form):
                # Django does not look at the errors of rows that are to be removed.
                self._non_form_errors.append(refusal.text())
            else:
                refusal.mark(form)

    return type(formset_class.__name__, (formset_class,), {"full_clean": full_clean})
