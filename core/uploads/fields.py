"""`CheckedImageField`: the one place where a picture enters, whichever door it came by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db import models, transaction
from django.db.models.fields.files import FieldFile, ImageFieldFile
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext

from core.uploads.errors import StorageUnavailable
from core.uploads.images import checked_image
from core.uploads.services import doubt_upload


def _allowed_text() -> str:
    text = gettext(
        "PNG, JPEG or WebP, at most %(size)d KiB and %(pixels)d megapixels. What else the file"
        " tells, such as place and camera, is not kept."
    )
    return text % {
        "size": settings.UPLOAD_MAX_BYTES // 1024,
        "pixels": settings.UPLOAD_MAX_PIXELS // 1_000_000,
    }


class ImageInput(forms.FileField):
    """Takes any file: what it is, the model's field finds out when it is stored."""

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        # The name it is sent with plays no part, nor does its length.
        super().__init__(**{**kwargs, "allow_empty_file": True})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": "image/*"}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The new file, what is stored, or "" for none: also when it is to be removed."""
        return super().clean(data, initial) or ""

    def bound_data(self, data: Any, initial: Any) -> Any:
        """A page that comes back shows what is stored: browsers do not send a file twice."""
        return initial


class CheckedImageFile(ImageFieldFile):
    """A stored picture; `url` is that of the view that serves it."""

    @property
    def url(self) -> str:
        field: Any = self.field
        return reverse(field.served_by, args=[self.instance.pk])


class CheckedImageField(models.ImageField):
    """A picture that `checked_image` let in, stored below `MEDIA_ROOT`.

    `served_by` names the view of the picture; its address takes the row's key. Saving checks a new
    file and raises what `checked_image` and the storage raise, with the field's name. The file that
    is no longer named is removed when the transaction is over, as is the new one when it is taken
    back. Saved inside a transaction only.
    """

    attr_class = CheckedImageFile

    def __init__(self, *args: Any, served_by: str = "", **kwargs: Any) -> None:
        self.served_by = served_by
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        allowed = {"form_class": ImageInput, "help_text": lazy(_allowed_text, str)()}
        return super().formfield(**{**allowed, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        file: FieldFile = getattr(model_instance, self.attname)
        is_new = bool(file) and not getattr(file, "_committed", True)
        stored = "" if add else self._stored_name(model_instance)
        if file and not is_new and file.name != stored:
            raise ValueError(f"{self}: a picture is set by a file, not by the name of a stored one")
        if (file.name or "") == stored:
            return file
        model = type(model_instance)
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError(f"{self} is saved in a transaction")
        if stored:
            doubt_upload(model=model, field=self.name, name=stored)
        if is_new:
            checked = checked_image(file.file, field=self.name)
            try:
                file.save(str(checked.name), checked, save=False)
            except StorageUnavailable as error:
                error.field = self.name
                raise
            doubt_upload(model=model, field=self.name, name=str(file.name))
        return file

    def _stored_name(self, row: models.Model) -> str:
        rows = type(row)._base_manager.filter(pk=row.pk)
        return str(rows.values_list(self.name, flat=True).first() or "")
