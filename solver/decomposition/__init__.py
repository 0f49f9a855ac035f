"""Proofs by the schedules of whole participants instead of single seats.

Where participants ask for several things at once, the relaxation of the rows is loose: it lets
them have halves of weeks. The relaxation over whole schedules does not, and where many
participants are alike it is small as well (Dantzig & Wolfe 1960).
"""

from solver.decomposition.descent import Found, by_schedules
from solver.decomposition.promise import leading, promising

__all__ = ["Found", "by_schedules", "leading", "promising"]
