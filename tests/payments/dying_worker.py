"""A worker that dies: `python -m tests.payments.dying_worker KIND INSTANT`.

It asks the open questions and is killed between the company's answer to the first KIND and writing it down.
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import datetime

from portal.app import create_app
from portal.jobs.payments import settle_payments
from tests.payments.gateways import Troubled


def main(kind: str, instant: str) -> None:
    app = create_app()
    app.config["CLOCK"] = lambda: datetime.fromisoformat(instant)
    ports = app.extensions["ports"]

    def die(called: str) -> None:
        if called == kind:
            os.kill(os.getpid(), signal.SIGKILL)

    app.extensions["ports"] = replace(ports, gateways={"sandbox": Troubled(ports.gateways["sandbox"], after=die)})
    with app.app_context():
        settle_payments()


if __name__ == "__main__":
    main(*sys.argv[1:])
