"""Whether two parsed JSON answers say the same."""

from __future__ import annotations

import math
from typing import Any


def first_difference(one: Any, other: Any, path: str = "$") -> str | None:
    """Where and how two parsed answers differ first; None when they are equal.

    Objects are compared without regard to the order of keys, arrays with it. 3 and 3.0 are the same
    number; true is not 1; a missing key is not null.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return _in_objects(one, other, path)
    if isinstance(one, list) and isinstance(other, list):
        return _in_arrays(one, other, path)
    if _is_number(one) and _is_number(other):
        same = one == other or math.isclose(one, other, rel_tol=1e-12, abs_tol=0.0)
    else:
        same = type(one) is type(other) and one == other
    return None if same else f"{path}: {one!r} is not {other!r}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_objects(one: dict[str, Any], other: dict[str, Any], path: str) -> str | None:
    for key in one.keys() ^ other.keys():
        holder = "the first" if key in one else "the second"
        return f"{path}.{key}: only in {holder}"
    for key, value in one.items():
        found = first_difference(value, other[key], f"{path}.{key}")
        if found:
            return found
    return None


def _in_arrays(one: list[Any], other: list[Any], path: str) -> str | None:
    if len(one) != len(other):
        return f"{path}: {len(one)} elements are not {len(other)}"
    for index, (left, right) in enumerate(zip(one, other, strict=True)):
        found = first_difference(left, right, f"{path}[{index}]")
        if found:
            return found
    return None
