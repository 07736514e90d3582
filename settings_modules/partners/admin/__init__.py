"""Business partners for staff. `pages` loads what registers itself."""
