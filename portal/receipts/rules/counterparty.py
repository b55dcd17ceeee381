"""Normal form of the 取引先 in which the ledger's search compares it."""

from portal.values.names import letters

LONGEST = 400
"""Longest key that the column holds; a key can outgrow its name, since a character like ㍿ folds into a whole word."""


def search_key(text: str) -> str:
    """Fold width, case, kana and kanji variants and drop spaces: 髙橋 ﾊﾅｺ, 高橋はなこ and 高橋 ハナコ are one."""
    return "".join(letters.fold_variants(letters.fold(text)).split())[:LONGEST]
