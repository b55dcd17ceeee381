"""How a subscription uses its buyer's points."""

from enum import StrEnum


class PointsUse(StrEnum):
    NONE = "none"
    NEXT = "next"
    """Only in the next order."""
    ALWAYS = "always"
    """`points_each` in every order."""
    ALL = "all"
    """As many as there are, in every order."""
