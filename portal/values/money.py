"""Amounts in whole yen; nothing here rounds silently."""

from collections.abc import Sequence


def format_yen(amount: int) -> str:
    """Return ¥12,345, or -¥1,200 with the sign in front."""
    sign = "-" if amount < 0 else ""
    return f"{sign}¥{abs(amount):,}"


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in the proportion of `weights`, adding up to it exactly (largest remainder).

    If remainders are equal, the earlier share gets the yen. A weight of zero gets nothing. The shares of a negative
    total are those of the positive one with the sign turned.
    Raise ValueError for a negative weight, or if all weights are zero and the total is not.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError(f"negative weight in {list(weights)}")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError(f"{total} yen, and no weight to give them to")
        return [0] * len(weights)
    size, sign = abs(total), -1 if total < 0 else 1
    shares = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(size * weights[i] % whole))
    for i in by_remainder[: size - sum(shares)]:
        shares[i] += 1
    return [sign * share for share in shares]
