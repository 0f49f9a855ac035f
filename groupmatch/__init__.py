"""Matches people waiting for virtual group therapy to the groups that fit them."""

__version__ = "0.1.0"
