import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.money import allocate, format_yen


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, "¥0"), (980, "¥980"), (12345, "¥12,345"), (1234567, "¥1,234,567"), (-1200, "-¥1,200"), (-5, "-¥5")],
)
def test_yen_are_written_with_commas_and_the_sign_in_front(amount: int, expected: str) -> None:
    assert format_yen(amount) == expected


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        (21, [540, 550], [10, 11]),
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (7, [0, 3, 0], [0, 7, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (1, [1, 2], [0, 1]),
    ],
)
def test_largest_remainders_get_the_last_yen_and_the_earlier_share_wins_a_tie(
    total: int, weights: list[int], expected: list[int]
) -> None:
    assert allocate(total, weights) == expected


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (10, [3, -1]), (0, [-1])])
def test_what_cannot_be_allocated_is_an_error(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        allocate(total, weights)


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=50).filter(any),
)
def test_shares_add_up_and_each_is_within_a_yen_of_its_exact_part(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    assert sum(shares) == total
    whole = sum(weights)
    assert all(abs(share * whole - total * weight) < whole for share, weight in zip(shares, weights, strict=True))
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)
