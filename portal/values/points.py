"""Ways in which a subscription uses its buyer's points."""

from enum import StrEnum


class PointsUse(StrEnum):
    NONE = "none"
    NEXT = "next"
    """Points used in the next order only."""
    ALWAYS = "always"
    """`points_each` points used in every order."""
    ALL = "all"
    """All available points used in every order."""
