"""Both payment companies with the same controls: what buyers do on their pages, messages, outages."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from portal.adapters.sandbox_gateway import Behaviour, SandboxGateway
from portal.adapters.stripe_gateway import StripeGateway
from portal.ports import GatewayDownError, PaymentGateway, PaymentUncertainError
from tests.conftest import Clock
from tests.payments import fake_stripe
from tests.payments.fake_stripe import FakeStripe

MOVES_MONEY = frozenset({"authorise", "capture", "void"})


class Company(Protocol):
    name: str
    gateway: PaymentGateway

    def type_card(self, setup_reference: str, kind: Behaviour = Behaviour.GOOD, expires: str = "2030-01") -> str:
        """Type a card on the company's page; return where the buyer is sent, or "" if the card is refused there."""

    def message(self, setup_reference: str) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of the message that the set-up is finished."""

    def forged(self, setup_reference: str) -> tuple[bytes, dict[str, str]]: ...

    def unrelated(self) -> tuple[bytes, dict[str, str]]:
        """Return a message about something else."""

    def go_down(self) -> None: ...

    def come_back(self) -> None: ...

    def lose_the_next_answer(self) -> None:
        """Lose the next answer to a question that moves money, though the company does what was asked."""

    def forget_keys(self) -> None: ...

    def lapse(self, payment_reference: str) -> None: ...

    def count(self) -> int:
        """Return the number of payments ever made."""


class Sandbox:
    name = "sandbox"

    def __init__(self, file: Path, clock: Clock) -> None:
        self.real = SandboxGateway(file, "http://localhost", clock)
        self.clock = clock
        self.is_down = self.loses = False
        self.gateway: PaymentGateway = _Line(self)  # type: ignore[assignment]  # its methods come by __getattr__

    def type_card(self, setup_reference: str, kind: Behaviour = Behaviour.GOOD, expires: str = "2030-01") -> str:
        return self.real.complete_card_setup(setup_reference, kind, expires)

    def message(self, setup_reference: str) -> tuple[bytes, dict[str, str]]:
        return self.real.message(card_setup=setup_reference)

    def forged(self, setup_reference: str) -> tuple[bytes, dict[str, str]]:
        body, headers = self.message(setup_reference)
        return body, dict.fromkeys(headers, "0" * 64)

    def unrelated(self) -> tuple[bytes, dict[str, str]]:
        return self.real.message(payout="1")

    def go_down(self) -> None:
        self.is_down = True

    def come_back(self) -> None:
        self.is_down = False

    def lose_the_next_answer(self) -> None:
        self.loses = True

    def forget_keys(self) -> None:
        self.real.forget_keys()

    def lapse(self, payment_reference: str) -> None:
        self.clock.forward(days=8)

    def count(self) -> int:
        return len(self.real.payments())


class _Line:
    """Connection to the sandbox, which a test can cut."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:
        wanted = getattr(self._sandbox.real, name)
        if not callable(wanted) or name == "read_message":
            return wanted

        def call(*asked: Any, **more: Any) -> Any:
            if self._sandbox.is_down:
                raise GatewayDownError
            answer = wanted(*asked, **more)
            if self._sandbox.loses and name in MOVES_MONEY:
                self._sandbox.loses = False
                raise PaymentUncertainError
            return answer

        return call


class Stripe:
    name = "stripe"

    def __init__(self, behind: str, clock: Callable[[], datetime]) -> None:
        self.fake = FakeStripe(behind, clock)
        self.gateway: PaymentGateway = StripeGateway(fake_stripe.KEY, fake_stripe.WEBHOOK_SECRET, api_url=self.fake.url)

    def type_card(self, setup_reference: str, kind: Behaviour = Behaviour.GOOD, expires: str = "2030-01") -> str:
        numbers = {
            Behaviour.NOT_TAKEN: fake_stripe.NOT_TAKEN,
            Behaviour.DECLINED: fake_stripe.REFUSED_LATER,
            Behaviour.EXPIRED: fake_stripe.REFUSED_LATER,
        }
        back = self.fake.type_card(setup_reference, numbers.get(kind, fake_stripe.GOOD), expires)
        if kind is Behaviour.EXPIRED:
            self.fake.refuses_charge[self.fake.method_of(setup_reference)] = "expired_card"
        if kind is Behaviour.CAPTURE_REFUSED:
            self.fake.refuses_capture.add(self.fake.method_of(setup_reference))
        return back

    def message(self, setup_reference: str) -> tuple[bytes, dict[str, str]]:
        return self.fake.message("checkout.session.completed", self.fake.session(setup_reference))

    def forged(self, setup_reference: str) -> tuple[bytes, dict[str, str]]:
        session = self.fake.session(setup_reference)
        return self.fake.message("checkout.session.completed", session, secret="whsec_of_somebody_else")

    def unrelated(self) -> tuple[bytes, dict[str, str]]:
        return self.fake.message("payout.paid", {"id": "po_1", "object": "payout"})

    def go_down(self) -> None:
        self.fake.go_down()

    def come_back(self) -> None:
        self.fake.come_back()

    def lose_the_next_answer(self) -> None:
        self.fake.breaks_after = "payment_intents"

    def forget_keys(self) -> None:
        self.fake.forget_keys()

    def lapse(self, payment_reference: str) -> None:
        self.fake.lapse(payment_reference)

    def count(self) -> int:
        return len(self.fake.payments())


@pytest.fixture
def stripe_company(localstripe: str, clock: Clock) -> Iterator[Stripe]:
    fake_stripe.resources.store.clear()
    company = Stripe(localstripe, clock)
    yield company
    company.go_down()


@pytest.fixture(params=["sandbox", "stripe"])
def company(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Company:
    if request.param == "sandbox":
        return Sandbox(tmp_path / "sandbox.sqlite3", clock)
    stripe: Stripe = request.getfixturevalue("stripe_company")
    return stripe
