"""The catalogue for staff. `pages` loads what registers itself."""
