"""Broker file: kombu's SQL transport, adapted to a file that web and worker share.

These are subclasses because kombu passes every transport option on to `create_engine`.
"""

import sqlite3
from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.sqlalchemy import Channel as SqlChannel
from kombu.transport.sqlalchemy import Transport as SqlTransport
from sqlalchemy import Engine, delete, event
from sqlalchemy.exc import OperationalError

POLLING_SECONDS = 0.2


class Channel(SqlChannel):
    def _engine_from_config(self) -> Engine:
        engine: Engine = super()._engine_from_config()
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare)
        return engine

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        message = super()._get(queue)
        # kombu only marks messages as taken, so the file would grow forever.
        try:
            self.session.execute(delete(self.message_cls).where(self.message_cls.visible.is_(False)))
            self.session.commit()
        except OperationalError:
            self.session.rollback()
        return message

    def close(self) -> None:
        """Close the session too: kombu leaves it to the search for garbage, and with it a connection of the pool."""
        super().close()
        if self._session is not None:
            self._session.close()


class Transport(SqlTransport):
    Channel = Channel

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.polling_interval = POLLING_SECONDS


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Sweeps find what a lost nudge was about, so the file need not be synced at every message.
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def use() -> None:
    """Register this transport for broker URLs that begin with sqla+."""
    TRANSPORT_ALIASES["sqla"] = f"{__name__}:Transport"
