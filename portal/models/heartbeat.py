"""Heartbeats: when the parts that nobody asks anything last did something."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Heartbeat(Base):
    __tablename__ = "heartbeat"

    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Either worker or scheduler; several workers share a row."""
    at: Mapped[datetime]
