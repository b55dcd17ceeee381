"""portal.shops.rules.payment_words: how a shop's own words classify an order's way of payment."""

from portal.payments.rules.methods import PaymentClass
from portal.shops.rules.payment_words import MOST_WORDS, tried, words_problem
from portal.shops.rules.problems import Problem


def test_the_shops_word_decides_and_is_named() -> None:
    own = {"店頭": "shop", "店頭コンビニ": "convenience"}
    outcome = tried("店頭 コンビニ", own)
    assert (outcome.payment_class, outcome.by) == (PaymentClass.CONVENIENCE, "店頭コンビニ")


def test_without_a_word_of_the_shop_the_built_in_table_decides() -> None:
    assert tried("NP後払い", {"店頭": "shop"}).payment_class == PaymentClass.DEFERRED
    assert tried("NP後払い", {"店頭": "shop"}).by is None
    assert tried("さくら払い", {}).payment_class == PaymentClass.UNKNOWN


def test_width_case_and_spaces_do_not_matter() -> None:
    assert tried("ＳＡＫＵＲＡ　ＰＡＹ", {"sakura pay": "shop"}).by == "sakura pay"


def test_a_hundred_words_are_kept_and_one_more_is_refused() -> None:
    hundred = {f"支払い{number}": "shop" for number in range(MOST_WORDS)}
    assert words_problem(hundred) is None
    assert words_problem(hundred | {"さくら払い": "shop"}) is Problem.TOO_MANY
