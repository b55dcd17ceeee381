"""Roles of staff in a shop."""

from enum import StrEnum


class Role(StrEnum):
    """Role of a staff member in a shop; each may also do what the roles before it may."""

    VIEWER = "viewer"
    """Role that only reads."""
    OPERATOR = "operator"
    """Role that issues receipts and changes orders and subscriptions."""
    MANAGER = "manager"
    """Role that also changes settings, manages staff and exports files."""
