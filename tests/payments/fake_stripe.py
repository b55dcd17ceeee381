"""Stripe's HTTP interface on this machine, as far as we use it.

Customers, SetupIntents, PaymentMethods and PaymentIntents are localstripe's. The server in front of it adds what
localstripe lacks, in the shapes that Stripe answers with: Checkout sessions, idempotency keys, the search, declines
with the payment in them, lapsing, a broken line.
"""

import asyncio
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from aiohttp import web

with warnings.catch_warnings():
    # localstripe still uses bare functions as handlers, which aiohttp is about to drop.
    warnings.simplefilter("ignore", DeprecationWarning)
    from localstripe import resources, server

KEY = "sk_test_of_these_tests"
WEBHOOK_SECRET = "whsec_of_these_tests"
HELD_FOR = timedelta(days=7)
GOOD, NOT_TAKEN, REFUSED_LATER = "4242424242424242", "4000000000000002", "4000000000000341"
AHEAD_OF_LOCALSTRIPE = frozenset({"allowed_payment_method_types[0]"})
"""Parameters of Stripe's present version that localstripe does not know yet."""

Answer = tuple[int, dict[str, Any]]


class BrokenError(Exception):
    """The connection breaks before the answer is sent."""


def error(status: int, kind: str, code: str, **more: Any) -> Answer:
    return status, {"error": {"type": kind, "code": code, "message": code, **more}}


@contextmanager
def localstripe() -> Iterator[str]:
    """Start localstripe and yield its address; a process can have only one, as it keeps everything in globals."""
    resources.Store.dump_to_disk = lambda _store: None  # type: ignore[method-assign]  # else it fills a file in /tmp
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(server.app, access_log=None)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    port = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


class FakeStripe:
    def __init__(self, behind: str, clock: Callable[[], datetime]) -> None:
        self._behind = behind
        self._clock = clock
        self._lock = threading.RLock()
        self._keys: dict[str, tuple[str, Answer]] = {}
        self._sessions: dict[str, dict[str, Any]] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        """PaymentIntent → what localstripe does not keep of it."""
        self.asked: list[str] = []
        """METHOD /path of every question, in their order."""
        self.breaks_after = ""
        """Ending of a path; the next answer to such a question is lost on the way."""
        self.next_error: Answer | None = None
        """Answer to the next question that changes something."""
        self.search_is_behind = False
        self.refuses_charge: dict[str, str] = {}
        """PaymentMethod → the bank's reason for refusing it."""
        self.refuses_capture: set[str] = set()
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.come_back()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def come_back(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def go_down(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def forget_keys(self) -> None:
        self._keys.clear()

    # --- what others do -----------------------------------------------------------------------------------------------
    def type_card(self, session_id: str, number: str, expires: str) -> str:
        """Type a card on Stripe's page; return where the buyer is sent, or "" if the card is refused."""
        session = self._sessions[session_id]
        year, month = expires.split("-")
        card = {"number": number, "exp_month": int(month), "exp_year": int(year), "cvc": "123"}
        fields = {"payment_method_data[type]": "card"} | {
            f"payment_method_data[card][{name}]": value for name, value in card.items()
        }
        status, intent = self._ask("POST", f"/v1/setup_intents/{session['setup_intent']}/confirm", fields)
        if status != 200:
            return ""
        method = intent["payment_method"]
        self._ask("POST", f"/v1/payment_methods/{method}/attach", {"customer": session["customer"]})
        session["status"] = "complete"
        return str(session["success_url"])

    def method_of(self, session_id: str) -> str:
        _, intent = self._ask("GET", f"/v1/setup_intents/{self._sessions[session_id]['setup_intent']}")
        return str(intent["payment_method"])

    def lapse(self, payment_id: str) -> None:
        self._ask("POST", f"/v1/payment_intents/{payment_id}/cancel", {})
        self._facts[payment_id]["cancellation_reason"] = "automatic"

    def message(
        self, kind: str, thing: dict[str, Any], *, secret: str = WEBHOOK_SECRET
    ) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of an event as Stripe sends it."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "data": {"object": thing},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        body, at = json.dumps(event).encode(), int(time.time())
        signature = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
        return body, {"Stripe-Signature": f"t={at},v1={signature}"}

    def session(self, session_id: str) -> dict[str, Any]:
        return self._sessions[session_id]

    def payments(self) -> list[dict[str, Any]]:
        _, found = self._ask("GET", "/v1/payment_intents?limit=100")
        return [self._whole(intent) for intent in reversed(found["data"])]

    # --- answering ----------------------------------------------------------------------------------------------------
    def answer(self, method: str, target: str, body: str, key: str) -> Answer:
        path, query = urlsplit(target).path, urlsplit(target).query
        with self._lock:
            self.asked.append(f"{method} {path}")
            known = self._keys.get(key) if method == "POST" and key else None
            if known is not None and known[0] != path + body:
                return error(400, "idempotency_error", "idempotency_error")
            answer = known[1] if known else self._answer(method, path, query, dict(parse_qsl(body)))
            if method == "POST" and key:
                self._keys[key] = (path + body, answer)
            if self.breaks_after and path.endswith(self.breaks_after):
                self.breaks_after = ""
                raise BrokenError
            return answer

    def _answer(self, method: str, path: str, query: str, fields: dict[str, str]) -> Answer:
        if method == "POST" and self.next_error:
            answer, self.next_error = self.next_error, None
            return answer
        parts = path.removeprefix("/v1/").split("/")
        if parts[0] == "checkout":
            return self._checkout(method, parts[2:], query, fields)
        if parts[0] == "payment_intents":
            return self._payment_intents(method, parts[1:], query, fields)
        status, found = self._ask(method, f"{path}?{query}" if query else path, fields)
        return error(404, "invalid_request_error", "resource_missing") if status == 404 else (status, found)

    def _checkout(self, method: str, parts: list[str], query: str, fields: dict[str, str]) -> Answer:
        if not parts:
            assert fields["mode"] == "setup"
            assert fields["allowed_payment_method_types[0]"] == "card"
            _, intent = self._ask("POST", "/v1/setup_intents", {"customer": fields["customer"]})
            session_id = f"cs_test_{secrets.token_hex(24)}"
            self._sessions[session_id] = {
                "id": session_id,
                "object": "checkout.session",
                "cancel_url": fields["cancel_url"],
                "client_reference_id": fields["client_reference_id"],
                "customer": fields["customer"],
                "livemode": False,
                "metadata": {"reference": fields["metadata[reference]"]},
                "mode": "setup",
                "payment_status": "no_payment_required",
                "setup_intent": intent["id"],
                "status": "open",
                "success_url": fields["success_url"],
                "url": f"https://checkout.stripe.com/c/pay/{session_id}",
            }
            return 200, self._sessions[session_id]
        session = self._sessions.get(parts[0])
        if session is None:
            return error(404, "invalid_request_error", "resource_missing")
        if parts[1:] == ["expire"]:
            if session["status"] != "open":
                return error(400, "invalid_request_error", "resource_not_open")
            session["status"] = "expired"
        if "setup_intent.payment_method" in parse_qs(query).get("expand[0]", []):
            _, intent = self._ask("GET", f"/v1/setup_intents/{session['setup_intent']}")
            if intent["payment_method"]:
                _, intent["payment_method"] = self._ask("GET", f"/v1/payment_methods/{intent['payment_method']}")
            return 200, session | {"setup_intent": intent | {"last_setup_error": None}, "url": None}
        return 200, session

    def _payment_intents(self, method: str, parts: list[str], query: str, fields: dict[str, str]) -> Answer:
        if parts == ["search"]:
            wanted = parse_qs(query)["query"][0].split("'")[3]
            found = [one for one in self.payments() if one["metadata"].get("reference") == wanted]
            data = [] if self.search_is_behind else found[:1]
            return 200, {
                "object": "search_result",
                "data": data,
                "has_more": False,
                "url": "/v1/payment_intents/search",
            }
        if not parts and method == "GET":
            customer = parse_qs(query)["customer"][0]
            data = [one for one in reversed(self.payments()) if one["customer"] == customer]
            return 200, {"object": "list", "data": data, "has_more": False, "url": "/v1/payment_intents"}
        if not parts:
            return self._create(fields)
        status, intent = self._ask("GET", f"/v1/payment_intents/{parts[0]}")
        if status == 404:
            return error(404, "invalid_request_error", "resource_missing")
        return self._change(intent, parts[1], fields) if parts[1:] else (200, self._whole(intent))

    def _create(self, fields: dict[str, str]) -> Answer:
        assert fields["currency"] == "jpy"
        assert (fields["confirm"], fields["off_session"], fields["capture_method"]) == ("true", "true", "manual")
        known = {name: value for name, value in fields.items() if name not in AHEAD_OF_LOCALSTRIPE}
        status, made = self._ask("POST", "/v1/payment_intents", known)
        _, newest = self._ask("GET", "/v1/payment_intents?limit=100")
        intent = made if status == 200 else newest["data"][0]
        self._facts[intent["id"]] = {"created": int(self._clock().timestamp())}
        if status == 200:
            return 200, self._whole(intent)
        code = self.refuses_charge.get(fields["payment_method"], "card_declined")
        refusal = {"type": "card_error", "code": "card_declined", "decline_code": code, "message": code}
        self._facts[intent["id"]]["last_payment_error"] = refusal
        return 402, {"error": refusal | {"payment_intent": self._whole(intent)}}

    def _change(self, intent: dict[str, Any], verb: str, fields: dict[str, str]) -> Answer:
        amount = int(fields.get("amount_to_capture", intent["amount"]))
        possible = ("requires_capture",) if verb == "capture" else ("requires_capture", "requires_payment_method")
        if intent["status"] not in possible:
            said = {"payment_intent": self._whole(intent)}
            return error(400, "invalid_request_error", "payment_intent_unexpected_state", **said)
        if amount > intent["amount"]:
            return error(400, "invalid_request_error", "amount_too_large")
        if verb == "capture" and intent["payment_method"] in self.refuses_capture:
            return error(402, "card_error", "card_declined", decline_code="generic_decline")
        status, changed = self._ask("POST", f"/v1/payment_intents/{intent['id']}/{verb}", fields)
        assert status == 200, changed
        self._facts[intent["id"]]["amount_received"] = amount if verb == "capture" else 0
        return 200, self._whole(changed)

    def _whole(self, intent: dict[str, Any]) -> dict[str, Any]:
        facts = {"amount_received": 0, "cancellation_reason": None} | self._facts[intent["id"]]
        until = facts["created"] + int(HELD_FOR.total_seconds())
        charge = intent["latest_charge"] and intent["latest_charge"] | {
            "payment_method_details": {"type": "card", "card": {"capture_before": until}}
        }
        return intent | facts | {"latest_charge": charge}

    def _ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Answer:
        data = urlencode(fields or {}).encode() if method == "POST" else None
        headers = {"Authorization": f"Bearer {KEY}"}
        request = urllib.request.Request(self._behind + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)


def _handler(fake: FakeStripe) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.headers["Authorization"] != f"Bearer {KEY}":
                status, said = error(401, "invalid_request_error", "invalid_api_key")
            else:
                try:
                    status, said = fake.answer(self.command, self.path, body, self.headers.get("Idempotency-Key", ""))
                except BrokenError:
                    self.close_connection = True
                    return
            payload = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler
