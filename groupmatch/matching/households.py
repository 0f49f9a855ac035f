"""Hours for one household, such as those of couples."""

from groupmatch.records import GroupKind

#: Hours of these kinds admit one household.
HOUSEHOLD_KINDS = (GroupKind.COUPLES, GroupKind.FAMILY)
