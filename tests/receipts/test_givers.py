"""Who gives the receipt of which payment, and what a shop may answer itself."""

import pytest

from portal.payments.rules.methods import PaymentClass, classify
from portal.receipts.rules.givers import MALLS, answer, product_of


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("NP後払い", "np"),
        ("ＮＰコネクトライト 後払い", "np"),
        ("np_atobarai", "np"),
        ("GMO後払い（コンビニ・銀行）", "gmo"),
        ("クロネコ代金後払いサービス", "kuroneko"),
        ("後払い.com", "atobarai_com"),
        ("後払いドットコム", "atobarai_com"),
        ("あと払い（ペイディ）", "paidy"),
        ("Paidy 翌月払い", "paidy"),
        ("atone 翌月後払い", "atone"),
        ("後払い決済", None),
        ("アトディーネ後払い", None),
    ],
)
def test_a_deferred_payment_is_told_by_its_company(words: str, code: str | None) -> None:
    assert classify(words) is PaymentClass.DEFERRED
    found = product_of(words)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("words", "own", "may", "sentence"),
    [
        ("銀行振込", {}, True, ""),
        ("銀行振込", {"class:shop": ["no", "振込明細書をご利用ください。"]}, False, "振込明細書をご利用ください。"),
        ("銀行振込", {"words:銀行振込": ["no", "A"], "class:shop": ["yes", ""]}, False, "A"),
        ("銀行　振込", {"words:銀行振込": ["no", ""], "class:shop": ["no", "B"]}, False, "B"),
        ("銀行振込", {"words:銀行振込": ["yes", ""], "class:shop": ["no", "B"]}, True, ""),
        ("", {"words:(なし)": ["no", "C"]}, False, "C"),
        ("NP後払い", {}, False, ""),
        ("NP後払い", {"product:np": ["", "D"]}, False, "D"),
        ("NP後払い", {"product:gmo": ["yes", "D"]}, False, ""),
        ("NP後払い", {"product:np": ["yes", ""]}, True, ""),
        ("NP後払い", {"class:deferred": ["yes", ""]}, True, ""),
        ("NP後払い", {"class:deferred": ["yes", ""], "product:np": ["no", "E"]}, False, "E"),
        ("コンビニ決済", {"class:convenience": ["yes", ""]}, True, ""),
        # Nobody receipts the driver's money a second time, and what is unknown is not decided by a yes.
        ("代金引換", {"class:cod": ["yes", ""], "words:代金引換": ["yes", ""]}, False, ""),
        ("代金引換", {"class:cod": ["", "F"]}, False, "F"),
        ("気持ち払い", {"words:気持ち払い": ["yes", ""]}, False, ""),
    ],
)
def test_the_nearest_answer_of_the_shop_decides(
    words: str, own: dict[str, list[str]], may: bool, sentence: str
) -> None:
    found = answer(words, classify(words), own)
    assert (found.may, found.sentence) == (may, sentence)


def test_every_mall_leaves_cash_on_delivery_to_the_driver() -> None:
    assert set(MALLS) == {"rakuten", "yahoo", "aupay"}
    assert all(PaymentClass.COD in mall.leaves for mall in MALLS.values())
