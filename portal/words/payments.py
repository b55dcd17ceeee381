"""Payment methods as a reader of another language knows them; what a file says is shown as it came in Japanese."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.payments.rules.methods import PaymentClass, classify, folded
from portal.values.languages import DEFAULT
from portal.words.days import spoken

NAMES: Mapping[str, Any] = {
    folded("クレジットカード"): _l("クレジットカード"),
    folded("クレジットカード決済"): _l("クレジットカード決済"),
    folded("カード払い"): _l("カード払い"),
    folded("代金引換"): _l("代金引換"),
    folded("代引き"): _l("代引き"),
    folded("銀行振込"): _l("銀行振込"),
    folded("銀行振込（前払い）"): _l("銀行振込（前払い）"),
    folded("郵便振替"): _l("郵便振替"),
    folded("コンビニ払い"): _l("コンビニ払い"),
    folded("コンビニ決済"): _l("コンビニ決済"),
    folded("コンビニ（前払い）"): _l("コンビニ（前払い）"),
    folded("NP後払い"): _l("NP後払い"),
    folded("後払い"): _l("後払い"),
    folded("GMO後払い"): _l("GMO後払い"),
    folded("クロネコ代金後払い"): _l("クロネコ代金後払い"),
    folded("楽天ペイ"): _l("楽天ペイ"),
    folded("メルペイ"): _l("メルペイ"),
    folded("ペイディ"): _l("ペイディ"),
    folded("d払い"): _l("d払い"),
    folded("auかんたん決済"): _l("auかんたん決済"),
    folded("キャリア決済"): _l("キャリア決済"),
}
"""Name by folded words, as carts write them most."""
CLASSES: Mapping[PaymentClass, Any] = {
    PaymentClass.CARD: _l("クレジットカード"),
    PaymentClass.COD: _l("代金引換"),
    PaymentClass.CONVENIENCE: _l("コンビニ払い"),
    PaymentClass.DEFERRED: _l("後払い"),
}
"""Names of the classes that mean one way of paying; a wallet or a bank has a name of its own."""


def payment_name(words: str) -> str:
    """Return the name of a payment method in the reader's language; words that we do not know stay as they are."""
    if spoken() == DEFAULT or words.isascii():
        return words
    name = NAMES.get(folded(words)) or CLASSES.get(classify(words))
    return str(name) if name else words
