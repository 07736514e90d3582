"""Filters in the look of the admin."""

from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    FieldTextFilter,
    RangeDateTimeFilter,
    TextFilter,
)

__all__ = ["AutocompleteSelectFilter", "FieldTextFilter", "RangeDateTimeFilter", "TextFilter"]
