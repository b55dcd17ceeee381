"""Roles of staff in a shop."""

from enum import StrEnum


class Role(StrEnum):
    """Each may also do what the ones before it may."""

    VIEWER = "viewer"
    """Looks."""
    OPERATOR = "operator"
    """Issues and changes."""
    MANAGER = "manager"
    """Settings, staff, exports."""
