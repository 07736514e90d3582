"""Serving the pictures of records to those who may see the record."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import Any, ClassVar

import structlog
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.cache import get_conditional_response

from core.uploads.images import MEDIA_TYPES

log = structlog.get_logger(__name__)


class ServesImages:
    """For pages: each field in `served_images` has the address `<key>/<field>/`.

    Whoever may not view the record, or sees it as another organization's, gets the same 404 as for
    a record without a picture.
    """

    served_images: ClassVar[tuple[str, ...]] = ()
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        routes = []
        for field in self.served_images:
            view = self.admin_site.admin_view(partial(self.image_view, field=field), cacheable=True)
            name = f"{self.opts.app_label}_{self.opts.model_name}_{field}"
            routes.append(path(f"<int:key>/{field}/", view, name=name))
        return [*routes, *super().get_urls()]  # type: ignore[misc]

    def image_view(self, request: HttpRequest, key: int, field: str) -> HttpResponseBase:
        """The picture as it is stored."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        page: Any = self
        row = page.get_object(request, str(key))
        if row is None or not page.has_view_or_change_permission(request, row):
            raise Http404
        return image_answer(request, getattr(row, field), title=field)


def image_answer(request: HttpRequest, stored: FieldFile, *, title: str) -> HttpResponseBase:
    """The file, or 304 to somebody who has it; raises Http404 when there is none.

    A name stands for one content for ever, so that it serves as the `ETag`.
    """
    if not stored:
        raise Http404
    name = PurePosixPath(str(stored.name))
    etag = f'"{name.stem}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        ending = name.suffix.removeprefix(".")
        answer = HttpResponse(_content(str(name)), content_type=MEDIA_TYPES[ending])
        answer["Content-Disposition"] = f'inline; filename="{title}.{ending}"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _content(name: str) -> bytes:
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
    except OSError as error:
        log.error("upload_not_found", name=name, reason=type(error).__name__)
        raise Http404 from error
    return content
