"""Pages of the documentation that are made from the code: error codes, event types, roles."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from core.errors import DomainError, all_error_types
from core.events.registry import event_types
from core.events.schemas import Schema
from core.identity.roles import Role, declared_roles, permissions_of

ERRORS_INTRODUCTION = """\
# Error codes

Every API error carries one of these codes. A code keeps its meaning for good and is never reused.
`{name}` stands for a value that is filled in. This page is made by
`python manage.py document_errors`.

| Code | Status | English | Arabic |
|---|---|---|---|
"""
EVENTS_INTRODUCTION = """\
# Event types

Everything that can happen, as it stands in the event table. An event carries ids, never personal
values. This page is made by `python manage.py document_events`.
"""


ROLES_INTRODUCTION = """\
# Roles

What each role may do within its organization. A role is given by a membership (staff guide,
*Roles*); whoever may grant roles grants their own and those below it in this list. What is not
listed is not allowed. This page is made by `python manage.py document_roles`.
"""


def _load_errors() -> None:
    """Import every module that declares errors; those of the admin are loaded with it."""
    autodiscover_modules("errors")
    for module in sorted(Path(apps.get_app_config("core").path).glob("*/errors.py")):
        __import__(f"core.{module.parent.name}.errors")


def errors_page() -> str:
    """docs/errors.md: every code with its status and both messages, by code."""
    _load_errors()
    ours = (error for error in all_error_types().values() if _is_declared_here(error))
    rows = [
        f"| `{error.code}` | {error.status} | {error.message} | {error.message_ar} |\n"
        for error in ours
    ]
    return ERRORS_INTRODUCTION + "".join(rows)


def _is_declared_here(error: type[DomainError]) -> bool:
    return not error.__module__.startswith("tests.")


def events_page() -> str:
    """docs/events.md: every event type with its version, meaning and data, by name."""
    sections = []
    for declared in event_types():
        lines = [f"\n## `{declared.name}` (version {declared.version})\n", declared.meaning]
        lines += [""] if declared.fields else []
        lines += [
            f"- `{name}` ({_kind(declared.schema, name)}): {meaning}"
            for name, meaning in declared.fields.items()
        ]
        sections.append("\n".join(lines) + "\n")
    return EVENTS_INTRODUCTION + "".join(sections)


def _kind(schema: Schema, name: str) -> str:
    """What a field holds, in JSON's words."""
    kind = schema["properties"][name].get("type", "any value")
    words = kind if isinstance(kind, str) else " or ".join(kind)
    return words if name in schema.get("required", []) else f"{words}, may be missing"


def roles_page() -> str:
    """docs/roles.md: every role with its purpose and permissions, the most powerful first."""
    return ROLES_INTRODUCTION + "".join(_role_section(role) for role in declared_roles())


def _role_section(role: Role) -> str:
    verbs: dict[str, list[str]] = {}
    for permission in sorted(permissions_of(role)):
        app, _, codename = permission.partition(".")
        verb, _, model = codename.partition("_")
        verbs.setdefault(f"{app}.{model}", []).append(verb)
    rows = "".join(f"| {model} | {', '.join(held)} |\n" for model, held in sorted(verbs.items()))
    return (
        f"\n## {role.label} / {role.label_ar} (`{role.key}`)\n{role.purpose}\n\n"
        f"| records | may |\n|---|---|\n{rows}"
    )


def write_page(name: str, text: str) -> Path:
    """Write the page into docs/; its path."""
    page: Path = settings.BASE_DIR / "docs" / name
    page.parent.mkdir(exist_ok=True)
    page.write_text(text, encoding="utf-8")
    return page
