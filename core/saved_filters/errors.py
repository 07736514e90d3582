"""Refusals of saved filters."""

from core.errors import DomainError


class SavedFilterNameTaken(DomainError):
    code = "saved_filter_name_taken"
    status = 409
    message = "There is a filter “{name}” for this list already: choose another name."
    message_ar = "يوجد مرشح باسم «{name}» لهذه القائمة: اختر اسماً آخر."


class SavedFilterNotYours(DomainError):
    code = "saved_filter_not_yours"
    status = 403
    message = "A shared filter is changed by its owner and by superusers only."
    message_ar = "لا يغيّر المرشح المشترك إلا صاحبه أو مدير عام."


class SavedFilterSharingRefused(DomainError):
    code = "saved_filter_sharing_refused"
    status = 403
    message = "Only who may change these records may share a filter of their list."
    message_ar = "لا يشارك مرشحاً لهذه القائمة إلا من يجوز له تغيير سجلاتها."


class SavedFilterListUnknown(DomainError):
    code = "saved_filter_list_unknown"
    status = 422
    message = "There is no list of such records that you may see."
    message_ar = "لا توجد قائمة بهذه السجلات يجوز لك رؤيتها."


class SavedFilterParametersUnknown(DomainError):
    code = "saved_filter_parameters_unknown"
    status = 422
    message = "The list does not know these parameters or values: {names}."
    message_ar = "لا تعرف القائمة هذه المعاملات أو القيم: {names}."


class SavedFilterMalformed(DomainError):
    code = "saved_filter_malformed"
    status = 422
    message = "A filter is an object: the name of each parameter with a list of its texts."
    message_ar = "المرشح كائن: اسم كل معامل مع قائمة بنصوصه."


class SavedFilterEmpty(DomainError):
    code = "saved_filter_empty"
    status = 422
    message = "There is nothing to save: filter, search or sort the list first."
    message_ar = "لا شيء للحفظ: رشّح القائمة أو ابحث فيها أو رتّبها أولاً."


class SavedFilterTooLarge(DomainError):
    code = "saved_filter_too_large"
    status = 422
    message = (
        "A filter has at most {parameters} parameters, {values} values each and {characters}"
        " characters in all."
    )
    message_ar = (
        "للمرشح {parameters} معاملاً على الأكثر، ولكل منها {values} قيمة، وله {characters} حرف"
        " إجمالاً."
    )


class TooManySavedFilters(DomainError):
    code = "too_many_saved_filters"
    status = 409
    message = "You have {most} filters for this list: remove one first."
    message_ar = "لديك {most} مرشح لهذه القائمة: احذف واحداً أولاً."
