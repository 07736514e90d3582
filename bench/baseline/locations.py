"""The baseline's list and search of locations: one statement for the page, one for the total.

It asks nobody who they are and what they may see, and counts no calls: less work, in its favour.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.baseline.connections import session
from bench.baseline.shapes import LocationPage, LocationRow

PATH = "/api/v1/settings/locations"
router = APIRouter()

_SPELLED = {"parent": "parent_id AS parent", "opening_hours": "opening_hours::text"}
_STORED = ", ".join(
    _SPELLED.get(name, name) for name in LocationRow.model_fields if name != "map_url"
)
_MAP = "https://www.openstreetmap.org/?mlat={0:f}&mlon={1:f}#map=16/{0:f}/{1:f}"


def _item(row: Any) -> dict[str, Any]:
    found = dict(row)
    found["opening_hours"] = json.loads(row["opening_hours"])
    is_placed = row["latitude"] is not None
    found["map_url"] = _MAP.format(row["latitude"], row["longitude"]) if is_placed else ""
    for name in ("created_at", "updated_at"):
        moment: datetime | None = row[name]
        found[name] = moment.isoformat().replace("+00:00", "Z") if moment else None
    return found


def _link(page: int, asked: dict[str, Any]) -> str:
    told = {name: value for name, value in asked.items() if value}
    if page > 1:
        told["page"] = page
    return f"{PATH}?{urlencode(sorted(told.items()))}" if told else PATH


@router.get(PATH, response_model=LocationPage)
async def list_locations(
    db: Annotated[AsyncSession, Depends(session)],
    search: str = "",
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """One page of the locations in which every word searched occurs."""
    words = {f"word{index}": word for index, word in enumerate(search.split())}
    parts = [f"search_text LIKE '%' || fold_text(:{name}) || '%'" for name in words]
    where = f"WHERE {' AND '.join(parts)}" if parts else ""
    counted = await db.execute(text(f"SELECT count(*) FROM locations_location {where}"), words)
    total = counted.scalar_one()
    found = await db.execute(
        text(
            f"SELECT {_STORED} FROM locations_location {where}"
            " ORDER BY priority, id LIMIT :limit OFFSET :skip"
        ),
        {**words, "limit": page_size, "skip": (page - 1) * page_size},
    )
    asked = {"search": search, "page_size": None if page_size == 50 else page_size}
    return {
        "total": total,
        "next": _link(page + 1, asked) if page * page_size < total else None,
        "previous": _link(page - 1, asked) if page > 1 else None,
        "items": [_item(row) for row in found.mappings()],
    }
