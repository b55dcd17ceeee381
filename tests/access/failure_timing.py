"""Statistics that show whether the time of a failed login gives away that an order code exists.

The tests and the benchmark use them.
"""

import time
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from random import Random
from statistics import NormalDist

from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Shop
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

TRIES_A_CODE = 4
"""Wrong names tried per order code, one fewer than lock it."""


def p_value(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the probability that two samples of one distribution differ at least this much (1.0: no difference).

    Mann-Whitney U test, two-sided, by the normal approximation with a correction for ties.
    """
    ranks = _ranks([*one, *other])
    n, m = len(one), len(other)
    u = sum(ranks[:n]) - n * (n + 1) / 2
    ties = sum(count**3 - count for count in Counter(ranks).values())
    variance = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))
    if variance == 0:
        return 1.0
    z = (abs(u - n * m / 2) - 0.5) / sqrt(variance)
    return min(1.0, 2 * (1 - NormalDist().cdf(max(z, 0.0))))


def failure_times(
    app: Flask, session: Session, shop: Shop, *, tries: int, seed: int = 1, **order: str
) -> tuple[list[float], list[float]]:
    """Time `tries` wrong names for known codes and as many for unknown ones, and return both lists in seconds.

    The order of the tries is shuffled and none of them meets a lock. The orders are written here, with `order` as
    their columns (`buyer_kana=""`: the name's readings come out of the dictionary). Each try comes from a client
    address of its own, so that only the work is measured.
    """
    cast = Cast(session, app.config["CLOCK"]())
    codes = [f"T-{number:06d}" for number in range(tries // TRIES_A_CODE + 1)]
    for code in codes:
        cast.order(shop, code, **order)
    session.commit()
    plan = [(f"T-{n // TRIES_A_CODE:06d}", True) for n in range(tries)]
    plan += [(f"U-{n // TRIES_A_CODE:06d}", False) for n in range(tries)]
    Random(seed).shuffle(plan)
    client = app.test_client()
    token = csrf_token(client, f"/{shop.slug}/")
    times: dict[bool, list[float]] = {True: [], False: []}
    for number, (code, is_known) in enumerate(plan):
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        fields = {"code": code, "typed": "佐藤 太郎", "csrf_token": token}
        started = time.perf_counter()
        answer = client.post(f"/{shop.slug}/", data=fields, environ_overrides={"REMOTE_ADDR": address})
        times[is_known].append(time.perf_counter() - started)
        assert answer.status_code == 422, answer.status
    return times[True], times[False]


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, 1 for the smallest; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for position in order[start:end]:
            ranks[position] = (start + end + 1) / 2
        start = end
    return ranks
