"""pghistory's statement-level triggers, made fit for bulk writes.

Two changes to what the library generates. It attaches a row of its own context table in every
statement, although our context lies in the history row itself: left out. And PL/pgSQL keeps the
plan of a function's first run; a first update of no row makes it a nested loop over the transition
tables, which compares a million pairs when the next statement changes a thousand rows: the function
runs without nested loops.
"""

from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from pghistory import trigger as pghistory_trigger
from pgtrigger import compiler

_ATTACH = "WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) "
_ATTACHED = ", _pgh_attached_context;"
_LANGUAGE = "$$ LANGUAGE plpgsql;"


class UnknownTemplateError(RuntimeError):
    """The library generates other SQL than the one these changes were written for."""


def _replace_last(text: str, old: str, new: str) -> str:
    before, found, after = text.rpartition(old)
    if not found:
        raise UnknownTemplateError(old)
    return before + new + after


class HistoryTriggerSql(compiler.UpsertTriggerSql):
    """The library's template with a trigger function that plans without nested loops.

    Migrations refer to this class: the SQL of a released migration must not change.
    """

    def get_template(self) -> str:
        return _replace_last(
            super().get_template(), _LANGUAGE, "$$ LANGUAGE plpgsql SET enable_nestloop = off;"
        )


class HistoryTrigger(pghistory_trigger.Event):
    """Writes the changed rows of a statement into the history table."""

    def get_func(self, model: Any) -> Any:
        text = _replace_last(str(super().get_func(model).func), _ATTACH, "")
        return pgtrigger.Func(_replace_last(text, _ATTACHED, ";"))

    def compile(self, model: Any) -> Any:
        compiled = super().compile(model)
        return compiler.Trigger(name=compiled.name, sql=HistoryTriggerSql(**compiled.sql.kwargs))


class _WithHistoryTrigger(pghistory.RowEvent):
    """A tracker of the library that installs our trigger."""

    def add_event_trigger(self, event_model: Any) -> None:
        pgtrigger.register(
            HistoryTrigger(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
                condition=self.condition,
                level=self.level,
            )
        )(event_model.pgh_tracked_model)


class InsertHistory(_WithHistoryTrigger, pghistory.InsertEvent):
    """A row was added."""


class UpdateHistory(_WithHistoryTrigger, pghistory.UpdateEvent):
    """A row was changed."""


class DeleteHistory(_WithHistoryTrigger, pghistory.DeleteEvent):
    """A row was removed."""
