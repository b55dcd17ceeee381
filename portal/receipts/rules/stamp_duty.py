"""収入印紙 on a receipt that staff print on paper; the file that the buyer downloads never bears one."""

# 印紙税法 別表第一 第17号の1文書 (売上代金に係る金銭の受取書): lowest amount and its duty, in yen.
DUTIES = (
    (50_000, 200),
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


def stamp_duty(amount: int, *, stated_tax: int, card: bool) -> int:
    """Return the yen of the stamp, 0 if the paper needs no stamp box.

    `stated_tax`: the tax that the paper itself states (0 on a part of a split receipt), which is not counted. A card
    payment bears no duty, since the paper then acknowledges no money received.
    """
    if card:
        return 0
    counted = amount - stated_tax
    return max((duty for least, duty in DUTIES if counted >= least), default=0)
