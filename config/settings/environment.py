"""Typed reading of the environment. `env.seal()` in the package reports every error at once."""

from environs import Env

# Not eager: a wrong value reads as None until `seal()` tells all of them.
env = Env(eager=False)
