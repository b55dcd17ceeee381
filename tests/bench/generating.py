"""A worker of the benchmark: `python -m tests.bench.generating SHOP` prints how many subscriptions it finished."""

import sys
from uuid import UUID

from portal import clock, worker
from portal.jobs.context import begin
from portal.jobs.subscriptions import GENERATED_A_COMMIT
from portal.subscriptions.generation import runs


def main(shop_id: UUID) -> None:
    worker.spare_the_collector()
    with worker.web.app_context():
        with begin() as session:
            runs.shops(session)
        print("ready", flush=True)
        sys.stdin.readline()
        done = 0
        while True:
            with begin() as session, session.begin():
                part = runs.make_chunk(session, shop_id, actor="bench", now=clock.now(), limit=GENERATED_A_COMMIT)
            if not part.done:
                break
            done += part.done
    print(done, flush=True)


if __name__ == "__main__":
    main(UUID(sys.argv[1]))
