"""Refusals of the audit trail."""

from __future__ import annotations

from core.errors import DomainError


class HistoryNotFound(DomainError):
    code = "history_not_found"
    status = 404
    message = "No history is kept under this type and id."
    message_ar = "لا يوجد سجل تغييرات لهذا النوع وهذا المعرّف."
