"""Refusals of files that somebody sends."""

from core.errors import DomainError


class UploadNotAnImage(DomainError):
    code = "upload_not_an_image"
    status = 422
    message = "Please choose a whole, still picture: PNG, JPEG or WebP."
    message_ar = "يرجى اختيار صورة سليمة وثابتة بصيغة PNG أو JPEG أو WebP."


class UploadTooLarge(DomainError):
    """`limit` in KiB."""

    code = "upload_too_large"
    status = 422
    message = "The file is larger than {limit} KiB."
    message_ar = "حجم الملف أكبر من {limit} كيبيبايت."


class UploadTooManyPixels(DomainError):
    """`limit` in pixels."""

    code = "upload_too_many_pixels"
    status = 422
    message = "The picture has more than {limit} pixels."
    message_ar = "عدد بكسلات الصورة أكبر من {limit}."


class StorageUnavailable(DomainError):
    code = "storage_unavailable"
    status = 503
    message = "Files cannot be stored at present; nothing was changed. Please try again later."
    message_ar = "لا يمكن حفظ الملفات حالياً ولم يتغير شيء. يرجى المحاولة لاحقاً."
