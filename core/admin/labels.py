"""Labels of fields, and words for what records carry as codes."""

from __future__ import annotations

import re
from functools import cache

from django.apps import apps
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy_

from core.context import SYSTEM_ACTOR, Source
from core.events.registry import UnknownEventTypeError, event_type

_SOURCES: dict[str, object] = {
    Source.ADMIN: lazy_("back office"),
    Source.API: lazy_("app or API"),
    Source.TASK: lazy_("background task"),
    Source.SYNC: lazy_("synchronisation"),
    Source.WEBHOOK: lazy_("incoming notice"),
    Source.IMPORT: lazy_("import"),
    Source.COMMAND: lazy_("command line"),
}
_REVERTED = re.compile(r"Reverted change (\d+)")
_FIGURES = re.compile(r"\d[\d,]*")


def language_label(verbose_name: str, language: str) -> str:
    """ "Name (Arabic)" in the language of the screen."""
    return f"{capfirst(verbose_name)} ({_(get_language_info(language)['name'])})"


def source_name(source: str) -> str:
    """The door through which a change came, in words; an unknown one as it is."""
    return str(_SOURCES.get(source, source))


def shown_reason(reason: str, actor: str) -> str:
    """Why something was changed. What the system gives as its reason is translated."""
    reverted = _REVERTED.fullmatch(reason)
    if reverted:
        return _("Reverted change %(number)s") % {"number": reverted[1]}
    return _(reason) if reason and actor in {"", SYSTEM_ACTOR} else reason


def step_in_words(step: str) -> str:
    """A run's step in the language of the screen: "stock: 200 products read".

    Its figures are left out of the text that is translated: "stock: {} products read".
    """
    figures = _FIGURES.findall(step)
    if not step or "{" in step:
        return step
    return _(_FIGURES.sub("{}", step)).format(*figures)


def event_in_words(name: str) -> str:
    """What an event of this type means, its name on hovering."""
    try:
        meaning = _(event_type(name).meaning)
    except UnknownEventTypeError:
        meaning = name
    return format_html('<span title="{}">{}</span>', name, meaning.rstrip("."))


@cache
def _stream_labels() -> dict[str, object]:
    return {
        getattr(model, "event_stream", "") or str(model._meta.model_name): model._meta.verbose_name
        for model in apps.get_models()
        if not model._meta.auto_created
    }


def record_in_words(stream_type: str, stream_id: str) -> str:
    """The record that a stream of events is about: "Order 14"."""
    label = _stream_labels().get(stream_type)
    return f"{capfirst(str(label)) if label else _(stream_type)} {stream_id}"
