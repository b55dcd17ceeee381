"""取引先 as the ledger's search compares it. Pure."""

from portal.values.names import letters

LONGEST = 400
"""What the column holds; a few characters stand for a whole word and become one when folded (㍿)."""


def search_key(text: str) -> str:
    """Same width, case, kana, kanji variant, no spaces: 髙橋 ﾊﾅｺ, 高橋はなこ and 高橋 ハナコ are one."""
    return "".join(letters.fold_variants(letters.fold(text)).split())[:LONGEST]
