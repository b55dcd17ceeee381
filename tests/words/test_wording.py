"""Words that the screens, mails and papers do not use, whoever writes the next sentence."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "もど[りるすせしっ]": "戻る",
    "さがす|さがし|さがせ": "検索 (a button), 検索する, お探しの",
    "しぼり込": "絞り込む",
    "[0-9]けた|けた数": "桁",
    "くわしく": "詳しく",
    "ようす(?!る)": "状況, 状態",
    "よろしいですか": "…内容の確認",
    "選びなお|登録しなお": "選び直す",
    "送っています…": "送信しています…",
    "(?<!が)ことば(?!し)": "言葉, 対応表",
    "使いかた|決めかた|書きかた": "利用方法, 指定方法, 書き方",
    "お確かめ|たしかめ": "ご確認",
    "書かなくてもかまいません": "（任意）",
    "いっしょに": "一緒に, 同時に",
    "つくられ|ふやす|ちがう|くり返": "作成され, 増やす, 違う, 繰り返",
    "ポイント値引き": "ポイント利用",
    "追跡番号": "お問い合わせ番号（送り状番号）",
    "隠れているところ": "住所・電話番号",
    "定期受注": "定期購入",
    "お電話はいりません|いりません": "不要です",
}
"""Pattern → what to write instead, on every screen."""
FOR_BUYERS = {
    "お店": "当店",
    "ご返事|お返事": "回答, 返信",
    "今日": "本日",
    "いまは|いまの(?!で)|いますぐ": "現在の, 今すぐ",
    "その次": "the date, それ以降",
    "次のお届け": "次回のお届け, or its date",
    "やめて戻る": "変更せずに戻る",
    "取りかえ": "変更",
    "6桁の数字": "6桁の確認コード",
}
"""Pattern → what to write instead, where buyers read it."""
OUR_OWN = ("portal", "templates")
STAFFS = ("templates/admin", "templates/dev", "templates/mail/staff", "portal/shops", "portal/subscriptions/rules")
"""Folders of `OUR_OWN` whose texts only staff read."""
SUFFIXES = {".html", ".txt", ".py"}
TEXT = re.compile(r"""_l?\(\s*(['"])(.+?)\1""", re.DOTALL)
"""A text that is shown, in a template or in code."""


def texts(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in SUFFIXES:
                where = path.relative_to(ROOT).as_posix()
                yield from ((where, found[1]) for found in TEXT.findall(path.read_text()))


def wrong(said: Iterator[tuple[str, str]], forbidden: dict[str, str]) -> list[str]:
    rules = [(re.compile(pattern), right) for pattern, right in forbidden.items()]
    return [f"{where}: {text} → {right}" for where, text in said for rule, right in rules if rule.search(text)]


def test_no_text_uses_a_word_that_was_replaced() -> None:
    assert wrong(texts("admin", *OUR_OWN), FORBIDDEN) == []


def test_to_buyers_the_shop_speaks_of_itself_and_of_days_by_their_date() -> None:
    buyers = ((where, text) for where, text in texts(*OUR_OWN) if not where.startswith(STAFFS))
    assert wrong(buyers, FOR_BUYERS) == []


@pytest.mark.parametrize("text", ["ご注文のページにもどる", "6けたの数字", "条件を外してさがす", "ポイントの使いかた"])
def test_the_table_finds_the_words(text: str) -> None:
    assert wrong(iter([("here", text)]), FORBIDDEN)
