"""TEST ONLY: a payment company that exists nowhere and moves no money, for demonstrations and tests.

It behaves like a real one where that matters: it has its own database, which web and workers share and which a crash
of ours does not touch; it repeats its answer to a known key, forgets keys after a day, and refuses some cards.
"""

import hmac
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from portal.ports import (
    GIVEN_UP,
    LAPSED,
    CardSetup,
    ForgedMessageError,
    Payment,
    PaymentDeclinedError,
    PaymentStanding,
    SavedCard,
)

KEYS_KEPT = timedelta(hours=24)
HELD_FOR = timedelta(days=7)
SCHEMA = """
CREATE TABLE IF NOT EXISTS card_setup (
    reference TEXT PRIMARY KEY, return_url TEXT, cancel_url TEXT, customer TEXT, card TEXT, code TEXT
);
CREATE TABLE IF NOT EXISTS secret (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), word TEXT);
CREATE TABLE IF NOT EXISTS payment (
    reference TEXT PRIMARY KEY, our_reference TEXT, source TEXT, amount INTEGER, standing TEXT, lapses_at TEXT, code TEXT
);
CREATE INDEX IF NOT EXISTS payment_ours ON payment (our_reference);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, request TEXT, payment TEXT, code TEXT, at TEXT);
"""


SIGNATURE = "Sandbox-Signature"


class Behaviour(StrEnum):
    """Behaviour of a test card, whose reference begins with it; any other reference is a good card or agreement."""

    GOOD = "good"
    NOT_TAKEN = "not-taken"
    """Card that is refused at registration."""
    DECLINED = "declined"
    EXPIRED = "expired"
    CAPTURE_REFUSED = "capture-refused"


REFUSALS: Mapping[Behaviour, str] = {Behaviour.DECLINED: "card_declined", Behaviour.EXPIRED: "expired_card"}
NUMBERS: Mapping[str, Behaviour] = {
    "4242424242424242": Behaviour.GOOD,
    "4000000000000002": Behaviour.NOT_TAKEN,
    "4000000000000341": Behaviour.DECLINED,
    "4000000000000069": Behaviour.EXPIRED,
    "4000000000005126": Behaviour.CAPTURE_REFUSED,
}
"""Numbers of the test cards; they belong to nobody."""
LAST4: Mapping[Behaviour, str] = {behaviour: number[-4:] for number, behaviour in NUMBERS.items()}


def behaviour_of(source: str) -> Behaviour:
    return next((kind for kind in Behaviour if source.startswith(f"{kind}-")), Behaviour.GOOD)


class SandboxGateway:
    def __init__(self, file: Path, public_url: str, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._public_url = public_url
        self._clock = clock

    # --- cards --------------------------------------------------------------------------------------------------------
    @property
    def page_origin(self) -> str:
        return self._public_url

    def start_card_setup(
        self, *, our_reference: str, return_url: str, cancel_url: str, customer_reference: str = ""
    ) -> CardSetup:
        reference = f"setup-{secrets.token_hex(12)}"
        customer = customer_reference or f"customer-{secrets.token_hex(8)}"
        with self._open() as db:
            row = (reference, return_url, cancel_url, customer)
            db.execute("INSERT INTO card_setup VALUES (?, ?, ?, ?, '', '')", row)
        return CardSetup(reference, f"{self._public_url}/sandbox/cards/{reference}")

    def cancel_url(self, setup_reference: str) -> str:
        """Return the cancel URL of an open set-up. Raise KeyError if there is none."""
        with self._open() as db:
            row = self._setup(db, setup_reference)
        if row["card"] or row["code"]:
            raise KeyError(setup_reference)
        return str(row["cancel_url"])

    def complete_card_setup(self, setup_reference: str, behaviour: Behaviour, expires: str) -> str:
        """Do what the buyer does on the company's page, and return the URL that the buyer is sent back to.

        Completing it twice registers one card. Raise KeyError if there is no such set-up.
        """
        card = {"reference": f"{behaviour}-{secrets.token_hex(12)}", "last4": LAST4[behaviour], "expires": expires}
        is_taken = behaviour is not Behaviour.NOT_TAKEN
        with self._open() as db:
            row = self._setup(db, setup_reference)
            self._end_setup(
                db, setup_reference, json.dumps(card) if is_taken else "", "" if is_taken else "card_declined"
            )
        return str(row["return_url"])

    def cancel_card_setup(self, setup_reference: str) -> None:
        with self._open() as db:
            self._end_setup(db, setup_reference, "", GIVEN_UP)

    def finish_card_setup(self, setup_reference: str) -> SavedCard | None:
        try:
            with self._open() as db:
                row = self._setup(db, setup_reference)
        except KeyError:
            raise PaymentDeclinedError("resource_missing") from None
        if row["code"]:
            raise PaymentDeclinedError(row["code"])
        if not row["card"]:
            return None
        return SavedCard(customer_reference=row["customer"], brand="Test", **json.loads(row["card"]))

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> str:
        if not hmac.compare_digest(headers.get(SIGNATURE, ""), self._signature(body)):
            raise ForgedMessageError
        return str(json.loads(body).get("card_setup", ""))

    def message(self, **content: str) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of a message from the company. `card_setup`: reference of the finished set-up."""
        body = json.dumps(content).encode()
        return body, {SIGNATURE: self._signature(body)}

    # --- payments -----------------------------------------------------------------------------------------------------
    def authorise(self, *, amount: int, source: str, key: str, our_reference: str) -> Payment:
        def act(db: sqlite3.Connection) -> str:
            code = REFUSALS.get(behaviour_of(source), "")
            standing = PaymentStanding.DECLINED if code else PaymentStanding.AUTHORISED
            reference = f"payment-{secrets.token_hex(12)}"
            lapses_at = (self._clock() + HELD_FOR).isoformat()
            row = (reference, our_reference, source, amount, standing, lapses_at, code)
            db.execute("INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            return reference

        return self._once(key, ["authorise", amount, source, our_reference], act)

    def capture(self, payment_reference: str, *, amount: int, key: str) -> Payment:
        def act(db: sqlite3.Connection) -> str:
            found = self._payment(db, payment_reference)
            if found["standing"] == PaymentStanding.VOID:
                raise PaymentDeclinedError(LAPSED)
            if found["standing"] != PaymentStanding.AUTHORISED or amount > found["amount"]:
                raise PaymentDeclinedError("not_capturable")
            if behaviour_of(found["source"]) is Behaviour.CAPTURE_REFUSED:
                raise PaymentDeclinedError("capture_declined")
            change = "UPDATE payment SET standing = ?, amount = ? WHERE reference = ?"
            db.execute(change, (PaymentStanding.CAPTURED, amount, payment_reference))
            return payment_reference

        return self._once(key, ["capture", payment_reference, amount], act)

    def void(self, payment_reference: str, *, key: str) -> Payment:
        def act(db: sqlite3.Connection) -> str:
            found = self._payment(db, payment_reference)
            if found["standing"] not in (PaymentStanding.AUTHORISED, PaymentStanding.VOID):
                raise PaymentDeclinedError("not_voidable")
            change = "UPDATE payment SET standing = ? WHERE reference = ?"
            db.execute(change, (PaymentStanding.VOID, payment_reference))
            return payment_reference

        return self._once(key, ["void", payment_reference], act)

    def find(self, our_reference: str, *, source: str = "", payment_reference: str = "") -> Payment | None:
        with self._open() as db:
            self._let_lapse(db)
            query = "SELECT * FROM payment WHERE our_reference = ? ORDER BY rowid LIMIT 1"
            row = db.execute(query, (our_reference,)).fetchone()
        return _payment(row) if row else None

    # --- for tests and the test page --------------------------------------------------------------------------------
    def payments(self) -> list[tuple[str, Payment]]:
        """Return (our reference, payment) of all payments ever made, oldest first."""
        with self._open() as db:
            self._let_lapse(db)
            rows = db.execute("SELECT * FROM payment ORDER BY rowid").fetchall()
        return [(row["our_reference"], _payment(row)) for row in rows]

    def forget_keys(self) -> None:
        """Forget all idempotency keys, as happens after 24 hours."""
        with self._open() as db:
            db.execute("DELETE FROM answer")

    # --- its database -------------------------------------------------------------------------------------------------
    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            db.executescript(SCHEMA)
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _once(self, key: str, request: list[Any], act: Callable[[sqlite3.Connection], str]) -> Payment:
        """Act once per key, then repeat the first answer. Raise ValueError if the key belongs to another request."""
        asked = json.dumps(request)
        with self._open() as db:
            db.execute("DELETE FROM answer WHERE at < ?", ((self._clock() - KEYS_KEPT).isoformat(),))
            self._let_lapse(db)
            known = db.execute("SELECT * FROM answer WHERE key = ?", (key,)).fetchone()
            if known is not None and known["request"] != asked:
                raise ValueError(f"the key {key} belongs to another request")
            if known is None:
                reference = code = ""
                try:
                    reference = act(db)
                    made = self._payment(db, reference)
                    code = made["code"] if made["standing"] == PaymentStanding.DECLINED else ""
                except PaymentDeclinedError as declined:
                    code = declined.code
                row = (key, asked, reference, code, self._clock().isoformat())
                db.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", row)
            else:
                reference, code = known["payment"], known["code"]
            payment = None if code else _payment(self._payment(db, reference))
        if payment is None:
            raise PaymentDeclinedError(code)
        return payment

    @staticmethod
    def _setup(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        row: sqlite3.Row | None = db.execute("SELECT * FROM card_setup WHERE reference = ?", (reference,)).fetchone()
        if row is None:
            raise KeyError(reference)
        return row

    @staticmethod
    def _end_setup(db: sqlite3.Connection, reference: str, card: str, code: str) -> None:
        change = "UPDATE card_setup SET card = ?, code = ? WHERE reference = ? AND card = '' AND code = ''"
        db.execute(change, (card, code, reference))

    def _signature(self, body: bytes) -> str:
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO secret VALUES (1, ?)", (secrets.token_hex(32),))
            word = db.execute("SELECT word FROM secret").fetchone()["word"]
        return hmac.digest(word.encode(), body, "sha256").hex()

    def _let_lapse(self, db: sqlite3.Connection) -> None:
        change = "UPDATE payment SET standing = ?, code = ? WHERE standing = ? AND lapses_at < ?"
        now = self._clock().isoformat()
        db.execute(change, (PaymentStanding.VOID, LAPSED, PaymentStanding.AUTHORISED, now))

    @staticmethod
    def _payment(db: sqlite3.Connection, reference: str) -> sqlite3.Row:
        row: sqlite3.Row | None = db.execute("SELECT * FROM payment WHERE reference = ?", (reference,)).fetchone()
        if row is None:
            raise PaymentDeclinedError("no_such_payment")
        return row


def _payment(row: sqlite3.Row) -> Payment:
    return Payment(
        reference=row["reference"],
        amount=row["amount"],
        standing=PaymentStanding(row["standing"]),
        lapses_at=datetime.fromisoformat(row["lapses_at"]),
        code=row["code"],
    )
