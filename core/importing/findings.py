"""What the findings say: their codes with messages in English and Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import all_error_types
from core.importing.resources import Message, find_import_resource

MESSAGES: dict[str, Message] = {
    "required": Message("A value is missing.", "القيمة مفقودة."),
    "too_long": Message("More than {limit} characters.", "أكثر من {limit} حرف."),
    "malformed": Message("Not written as it should be.", "غير مكتوب بالصيغة المطلوبة."),
    "not_a_whole_number": Message("Not a whole number.", "ليس عدداً صحيحاً."),
    "not_a_number": Message("Not a number.", "ليس عدداً."),
    "too_small": Message("Less than {least}.", "أصغر من {least}."),
    "too_large": Message("More than {most}.", "أكبر من {most}."),
    "too_many_decimals": Message(
        "More than {places} decimals.", "أكثر من {places} من المنازل العشرية."
    ),
    "not_a_day": Message(
        "Not a day such as 2026-04-01, from {first_year} on.",
        "ليس تاريخاً مثل 2026-04-01 من سنة {first_year} فصاعداً.",
    ),
    "not_yes_or_no": Message("Neither yes nor no.", "ليست نعم ولا لا."),
    "not_a_choice": Message("None of: {choices}.", "ليست من القيم: {choices}."),
    "not_an_object": Message("Not a JSON object.", "ليس كائن JSON."),
    "unknown_reference": Message("No such record.", "لا يوجد سجل كهذا."),
    "refers_to_failing": Message("It refers to a row that has an error.", "تشير إلى صف فيه خطأ."),
    "refers_in_a_circle": Message(
        "These rows refer to each other in a circle.", "هذه الصفوف يشير بعضها إلى بعض في حلقة."
    ),
    "twice_in_file": Message("The same as in row {first}.", "القيمة نفسها في الصف {first}."),
    "used_elsewhere": Message("Another record has this value.", "يحمل سجل آخر هذه القيمة."),
    "column_missing": Message("The file has no such column.", "لا يحتوي الملف على هذا العمود."),
    "column_unknown": Message(
        "This column of the file is not taken.", "لا يُؤخذ هذا العمود من الملف."
    ),
    "column_twice": Message("Another column is taken for this one.", "يُؤخذ عمود آخر بدلاً من هذا."),
    "sample_left_out": Message(
        "A sample of the template, left out.", "صف نموذجي من القالب لم يُستورد."
    ),
    "changed_meanwhile": Message(
        "The record was changed after the dry run: check again.",
        "تغيّر السجل بعد الفحص: أعد الفحص.",
    ),
    "added_meanwhile": Message(
        "Somebody added this record after the dry run: check again.",
        "أضاف شخص هذا السجل بعد الفحص: أعد الفحص.",
    ),
    "refused_by_rule": Message(
        "The database refused the row: {reason}", "رفضت قاعدة البيانات الصف: {reason_ar}"
    ),
    "changed_since": Message(
        "The record was changed after the import, and stays.", "تغيّر السجل بعد الاستيراد فبقي."
    ),
    "still_in_use": Message(
        "Other records refer to it: it was switched off.", "تشير إليه سجلات أخرى فتم إيقافه."
    ),
    "cannot_be_undone": Message(
        "The database did not let it go: {reason}", "لم تسمح قاعدة البيانات بذلك: {reason_ar}"
    ),
}


def finding_message(
    resource_name: str, code: str, facts: Mapping[str, Any], language: str = "en"
) -> str:
    """The words of a finding in `language` ("ar", else English); the code when it has none.

    A code without words of the resource's or of imports is that of a coded error.
    """
    resource = find_import_resource(resource_name)
    own = (resource.messages if resource else None) or {}
    message = own.get(code) or MESSAGES.get(code) or _of_error(code)
    if message is None:
        return code
    template = message.text_ar if language.startswith("ar") else message.text
    return template.format_map(_Known(facts))


def _of_error(code: str) -> Message | None:
    """The words of the coded error of that name, which row checks may have met."""
    error = all_error_types().get(code)
    return Message(error.message, error.message_ar) if error else None


class _Known(dict[str, Any]):
    """Facts that an older version of the code did not note are left as they are named."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
