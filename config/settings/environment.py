"""Typed reading of the environment. `env.seal()` in the package reports every error at once."""

from environs import Env

env = Env()
