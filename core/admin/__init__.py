"""The base of the admin. The pages of the core's own records are loaded by `pages`."""
