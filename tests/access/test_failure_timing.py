"""The statistics of the login timing themselves, and one short run of them; `make bench` makes a thousand tries."""

from random import Random

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.access.failure_timing import failure_times, p_value
from tests.cast import Cast


def test_the_same_times_are_told_to_be_the_same() -> None:
    random = Random(7)
    one, other = ([random.gauss(150, 2) for _ in range(1000)] for _ in range(2))
    assert p_value(one, other) > 0.05


def test_half_a_millisecond_among_noise_of_two_is_told() -> None:
    random = Random(7)
    one = [random.gauss(150, 2) for _ in range(1000)]
    other = [random.gauss(150.5, 2) for _ in range(1000)]
    assert p_value(one, other) < 0.001


def test_which_one_is_slower_does_not_matter() -> None:
    assert p_value([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]) == p_value([4.0, 5.0, 6.0], [1.0, 2.0, 3.0])


def test_known_values_of_the_test() -> None:
    """U = 0 for 5 and 5 values: z = (12.5 - 0.5) / sqrt(275 / 12), two-sided p = 0.0122."""
    assert abs(p_value([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) - 0.0122) < 0.0001


def test_equal_values_tell_nothing() -> None:
    assert p_value([1.0] * 10, [1.0] * 10) == 1.0


@pytest.mark.parametrize("kana", ["ヤマダ ハナコ", ""])
def test_every_try_of_a_run_is_judged(app: Flask, session: Session, cast: Cast, kana: str) -> None:
    known, unknown = failure_times(app, session, cast.shop(), tries=10, buyer_kana=kana)
    assert (len(known), len(unknown)) == (10, 10)
