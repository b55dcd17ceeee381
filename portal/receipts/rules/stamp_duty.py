"""収入印紙 on a receipt that staff print on paper; the file that the buyer downloads never bears one."""

from datetime import date

# 印紙税法 別表第一 第17号の1文書 (売上代金に係る金銭の受取書): lowest amount and its duty, in yen. The least amount was
# raised from 30,000 to 50,000 yen for papers made from 1 April 2014 on.
_ABOVE = (
    (1_000_001, 400),
    (2_000_001, 600),
    (3_000_001, 1_000),
    (5_000_001, 2_000),
    (10_000_001, 4_000),
    (20_000_001, 6_000),
    (30_000_001, 10_000),
    (50_000_001, 20_000),
    (100_000_001, 40_000),
    (200_000_001, 60_000),
    (300_000_001, 100_000),
    (500_000_001, 150_000),
    (1_000_000_001, 200_000),
)
TABLES = ((date(2014, 4, 1), ((50_000, 200), *_ABOVE)), (date(1989, 4, 1), ((30_000, 200), *_ABOVE)))
"""Tables by the day from which papers follow them, newest first."""


def stamp_duty(amount: int, *, stated_tax: int, by_card: int, on: date | None = None) -> int:
    """Return the yen of the stamp, 0 if the paper needs no stamp box.

    `stated_tax`: the tax that the paper itself states (0 on a part of a split receipt), which is not counted. `by_card`:
    the yen paid on credit, which bear no duty, since no money was received for them. Whose tax the tax then is nobody
    says, so that it counts. `on`: the day of the paper, None for today's table.
    """
    counted = amount - by_card if by_card else amount - stated_tax
    table = next((duties for since, duties in TABLES if on is None or since <= on), ())
    return max((duty for least, duty in table if counted >= least), default=0)
