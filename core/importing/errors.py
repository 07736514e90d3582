"""Refusals of imports and of the files they come in."""

from __future__ import annotations

from core.errors import DomainError


class ImportFileTooLarge(DomainError):
    """`limit` in KiB."""

    code = "import_file_too_large"
    status = 413
    message = "The file is larger than {limit} KiB."
    message_ar = "حجم الملف أكبر من {limit} كيبيبايت."


class ImportFileExpandsTooFar(DomainError):
    """A workbook whose parts are far larger than the file; `limit` in KiB."""

    code = "import_file_expands_too_far"
    status = 422
    message = "Unpacked, the workbook is larger than {limit} KiB."
    message_ar = "حجم المصنف بعد فك ضغطه أكبر من {limit} كيبيبايت."


class ImportFileUnreadable(DomainError):
    """`problem` is in English; it names the line where there is one."""

    code = "import_file_unreadable"
    status = 422
    message = "The file cannot be read as CSV or XLSX: {problem}"
    message_ar = "تعذرت قراءة الملف بصيغة CSV أو XLSX: {problem}"


class ImportFileEmpty(DomainError):
    code = "import_file_empty"
    status = 422
    message = "The file has no heading with rows below it."
    message_ar = "لا يحتوي الملف على عناوين أعمدة تليها صفوف."


class ImportTooManyRows(DomainError):
    code = "import_too_many_rows"
    status = 422
    message = "The file has more than {limit} rows. Split it."
    message_ar = "يحتوي الملف على أكثر من {limit} صف. قسّمه."


class ImportTooManyColumns(DomainError):
    code = "import_too_many_columns"
    status = 422
    message = "The file has more than {limit} columns."
    message_ar = "يحتوي الملف على أكثر من {limit} عمود."


class ImportCellTooLarge(DomainError):
    """`limit` in characters."""

    code = "import_cell_too_large"
    status = 422
    message = "A cell in row {row} has more than {limit} characters."
    message_ar = "تحتوي خلية في الصف {row} على أكثر من {limit} حرف."


class ImportMappingInvalid(DomainError):
    """`name` is the column that cannot be where it is said to be."""

    code = "import_mapping_invalid"
    status = 422
    message = "“{name}” is no column of this kind of record, or its place is not in the file."
    message_ar = "«{name}» ليس عموداً لهذا النوع من السجلات، أو أن موضعه ليس في الملف."


class ImportBusy(DomainError):
    """A job of the run is queued or running."""

    code = "import_busy"
    status = 409
    message = "This import is being worked on. Wait for it or cancel its job."
    message_ar = "يجري العمل على هذا الاستيراد. انتظر انتهاءه أو ألغِ مهمته."


class ImportNotChecked(DomainError):
    """Only a checked run is applied, and once."""

    code = "import_not_checked"
    status = 409
    message = "Only an import that is checked and not yet applied can be applied."
    message_ar = "لا يمكن تطبيق إلا استيراد تم فحصه ولم يُطبّق بعد."


class ImportHasNothingToWrite(DomainError):
    code = "import_has_nothing_to_write"
    status = 409
    message = "No row of this import is new or changed and without an error."
    message_ar = "لا يوجد في هذا الاستيراد صف جديد أو متغير وخالٍ من الأخطاء."


class ImportNotUndoable(DomainError):
    """It wrote nothing, is undone already, or its rows are no longer kept."""

    code = "import_not_undoable"
    status = 409
    message = "This import cannot be undone: it wrote nothing, is undone, or is too old."
    message_ar = "لا يمكن التراجع عن هذا الاستيراد: لم يكتب شيئاً أو تم التراجع عنه أو مضى عليه وقت."
