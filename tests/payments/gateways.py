"""The sandbox gateway with troubles that a test chooses."""

from collections.abc import Callable
from typing import Any

from portal.adapters.sandbox_gateway import SandboxGateway
from portal.ports import Payment


class Troubled:
    """Gateway that passes everything on to `real`; `before` and `after` get the name of each call that moves money."""

    def __init__(
        self,
        real: SandboxGateway,
        *,
        before: Callable[[str], None] = lambda name: None,
        after: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.real, self.before, self.after = real, before, after
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def find(self, our_reference: str, **known: str) -> Payment | None:
        self.calls.append("find")
        return self.real.find(our_reference, **known)

    def authorise(self, **asked: Any) -> Payment:
        return self._call("authorise", lambda: self.real.authorise(**asked))

    def capture(self, payment_reference: str, **asked: Any) -> Payment:
        return self._call("capture", lambda: self.real.capture(payment_reference, **asked))

    def void(self, payment_reference: str, **asked: Any) -> Payment:
        return self._call("void", lambda: self.real.void(payment_reference, **asked))

    def _call(self, name: str, call: Callable[[], Payment]) -> Payment:
        self.calls.append(name)
        self.before(name)
        payment = call()
        self.after(name)
        return payment


def raising(*errors: Exception | None) -> Callable[[str], None]:
    """Return a function that raises one of these errors at each call, and nothing for None or when none is left."""
    left = list(errors)

    def trouble(_name: str) -> None:
        error = left.pop(0) if left else None
        if error is not None:
            raise error

    return trouble
