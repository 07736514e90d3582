"""What can be imported and exported. Applications declare theirs in `ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from core.events.registry import declare_event_type
from core.events.schemas import Schema, object_schema
from core.importing.columns import Column
from core.importing.files import SheetLayout

if TYPE_CHECKING:
    from core.importing.staging import Staging

_ID: Schema = {"type": "integer", "minimum": 1}
_IDS: Schema = {"type": "array", "items": _ID, "maxItems": 1_000}
_RUN: Schema = {"type": "string", "format": "uuid"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a finding says, in English and Arabic; both may name {value} and the column's facts."""

    text: str
    text_ar: str


@dataclass(frozen=True, slots=True)
class SetCheck:
    """Rows are wrong in `column` for which the SQL `condition` holds.

    The condition sees `r`, the staged rows, whose values are texts: `r.values->>'gstin'`. A soft
    check warns only when the run takes over old records.
    """

    column: str
    code: str
    condition: str
    is_soft: bool = False


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row as Python checks see it: its number in the file and its values as texts."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What a row check found."""

    number: int
    column: str
    code: str
    is_soft: bool = False
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that together say which record a row is; a unique index of the table holds it."""

    columns: tuple[str, ...]
    ignores_case: bool = False


RowCheck = Callable[[list[StagedRow]], Iterable[RowProblem]]


@dataclass(frozen=True, slots=True)
class ImportResource:
    """Records of one model, by files. `key` is the column that says which record a row is.

    With `keys` a row is the record that has the first of them; a later one counts where the row or
    the record lacks the earlier ones. `samples` are rows of the template, by column: who leaves
    them as they are does not import them.

    `columns` are those people fill in, in the order of the template. `derive` fills in what follows
    from other values, by sets, before rows are compared with what is stored; what it fills in must
    be one of the columns. `row_check` gets batches, for rules that SQL does not know. `messages`
    has the words of the resource's own codes. `first`: an SQL condition on `r` for rows that must
    be written before the others. `filters` are the fields that narrow an export. `stream` begins
    the names of the events. `layout` is a shape of files besides that of the template.
    """

    name: str
    model_label: str
    stream: str
    key: str
    columns: tuple[Column, ...]
    set_checks: tuple[SetCheck, ...] = ()
    row_check: RowCheck | None = None
    derive: Callable[[Staging], None] | None = None
    messages: Mapping[str, Message] | None = None
    first: str = ""
    filters: tuple[str, ...] = ()
    takes_legacy: bool = False
    keys: tuple[Key, ...] = ()
    samples: tuple[Mapping[str, str], ...] = ()
    layout: SheetLayout | None = None

    @property
    def every_key(self) -> tuple[Key, ...]:
        """The keys, in the order they are tried."""
        return self.keys or (Key((self.key,)),)

    def name_of(self, values: Mapping[str, Any]) -> str:
        """What a row is called: its value in the first key column that has one, else ""."""
        names = (self.key, *(name for key in self.keys for name in key.columns))
        return next((str(values[name]) for name in names if values.get(name)), "")

    @property
    def model(self) -> type[models.Model]:
        """The model that the rows become records of."""
        return apps.get_model(self.model_label)

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns that files have."""
        return tuple(column for column in self.columns if not column.is_derived)

    @property
    def label(self) -> Any:
        """The records' name in the plural, translatable."""
        return self.model._meta.verbose_name_plural

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]


_resources: dict[str, ImportResource] = {}


def declare_import_resource(resource: ImportResource) -> None:
    """Add a resource and its events `<stream>.imported` and `<stream>.import_undone`."""
    _resources[resource.name] = resource
    label = resource.name.replace("-", " ")
    declare_event_type(
        f"{resource.stream}.imported",
        meaning=f"A batch of an import of {label} was written.",
        fields={"run_id": "the import", "added_ids": "new records", "changed_ids": "changed ones"},
        schema=object_schema({"run_id": _RUN, "added_ids": _IDS, "changed_ids": _IDS}),
    )
    declare_event_type(
        f"{resource.stream}.import_undone",
        meaning=f"A batch of an import of {label} was undone.",
        fields={
            "run_id": "the import",
            "removed_ids": "records that it had added",
            "set_back_ids": "records with the values they had before",
            "deactivated_ids": "added records that others refer to",
        },
        schema=object_schema(
            {
                "run_id": _RUN,
                "removed_ids": _IDS,
                "set_back_ids": _IDS,
                "deactivated_ids": _IDS,
            }
        ),
    )


def find_import_resource(name: str) -> ImportResource | None:
    """The declared resource; None when there is none of that name."""
    return _resources.get(name)


def import_resources() -> list[ImportResource]:
    """All declared resources, by name."""
    return [_resources[name] for name in sorted(_resources)]


def resource_label(name: str) -> str:
    """The records in the language in force; a name that the code no longer has as it is."""
    resource = _resources.get(name)
    return str(resource.label) if resource else name
