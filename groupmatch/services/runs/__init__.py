"""Matches: the nightly ones and those that a person starts, watched and kept."""
