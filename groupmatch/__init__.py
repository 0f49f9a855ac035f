"""Matches people waiting for virtual group therapy to the groups that fit them."""

import zoneinfo

__version__ = "0.1.0"

# The pinned tzdata package must win over the system's copy, which may be years older: with
# Debian's, every hour in British Columbia is wrong from November 2026 on.
zoneinfo.reset_tzpath(to=())
