"""Matches people waiting for virtual group therapy to the groups that fit them."""

import zoneinfo

__version__ = "0.1.0"

# Zone rules come from the pinned tzdata package alone: the system's copy may be older, and puts
# British Columbia an hour wrong from November 2026 on.
zoneinfo.reset_tzpath(to=())
