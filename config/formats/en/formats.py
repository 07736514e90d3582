"""Dates with the day first, as the Arabic screens have them."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, g:i A"
