"""The records that belong to the commodity in the address."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.preconditions import etag_of
from core.api.staff import StaffCollection, Values
from core.editing.models import VersionedModel
from core.errors import NotFound
from settings_modules.commodities.models import Commodity


class BelowCommodity(StaffCollection):
    """GET: a page of the commodity's records. POST adds one to it.

    `resource` names where the records have their own address.
    """

    resource: str

    @abstractmethod
    def create_row(self, commodity: Commodity, values: Values) -> VersionedModel:
        """The new record, stored by a service."""

    def get(  # type: ignore[override]  # the address names the commodity
        self,
        request: Request,
        id: int,  # noqa: A002
    ) -> Response:
        return self.list(request)

    def post(self, request: Request, id: int) -> Response:  # noqa: A002
        row = self.create_row(self._commodity(), self._read(request, partial=False))
        place = reverse(f"settings:{self.resource}-record", kwargs={"id": row.pk})
        headers = {"ETag": etag_of(row), "Location": place}
        return Response(self.shown(row), status=201, headers=headers)

    def _commodity(self) -> Commodity:
        """Raises NotFound."""
        found = Commodity.objects.filter(pk=self.kwargs["id"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(commodity=self._commodity())
