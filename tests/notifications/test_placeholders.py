"""Placeholders in the texts that shops write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.notifications.rules.placeholders import PLACEHOLDERS, UnknownPlaceholderError, fill, find, joined
from portal.notifications.rules.texts import Mistake, Problem, Text, problems, tidy

MEMBER = [
    *("NAME", "LAST_NAME", "FIRST_NAME", "NAME_FRI", "LAST_NAME_FRI", "FIRST_NAME_FRI", "LOGIN_ID", "EMAIL"),
    *("CORP", "CORP_FRI", "CORP_POST", "ZIPCODE", "PREF", "CITY", "ADDRESS", "BUILDING", "TEL", "FAX"),
    *("POINT", "TOTAL_POINT"),
]
E_SHOPS = [f"MEMBER_{name}" for name in MEMBER]
E_SHOPS += ["BIRTH_YEAR", "BIRTH_MONTH", "BIRTH_DAY", "BUY_TIMES", "BUY_TOTAL_MONEY"]


def filled(text: str, **values: str) -> str:
    return joined(fill(text, lambda name: values.get(name, f"<{name}>")))


def of_body(body: str, message: str = "receipt_file") -> list[Problem]:
    return problems(Text("件名", body), message)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("注文 ## block(orderCode) ## です", "注文 <orderCode> です"),
        ("##block(orderCode)##", "<orderCode>"),
        ("##  block( orderCode )  ##", "<orderCode>"),
        ("＃＃ block（orderCode） ＃＃", "<orderCode>"),
        ("[ORDER_CODE]", "<orderCode>"),
        ("［ORDER_CODE］", "<orderCode>"),
        ("[MEMBER_NAME] 様", "<memberName> 様"),
        ("## block(memberName) ## 様", "<memberName> 様"),
        ("[## block(shopName) ##] Your code", "[<shopName>] Your code"),
        ("[[MEMBER_NAME]]", "[<memberName>]"),
        ("[MEMBER_NAME][ORDER_CODE]", "<memberName><orderCode>"),
        ("## block(orderCode) #### block(orderTotal) ##", "<orderCode><orderTotal>"),
    ],
)
def test_both_ways_of_writing_say_the_same(text: str, said: str) -> None:
    assert filled(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "[PR] 春の新茶",
        "[1] はじめに",
        "[お知らせ]",
        "# 見出し",
        "## お知らせ ##",
        "配列[i]",
        "[]",
        "block",
        "【MEMBERS】",
        "[sale!]",
    ],
)
def test_other_brackets_and_signs_are_text(text: str) -> None:
    assert list(find(text)) == []
    assert filled(text) == text


def test_the_25_tags_of_the_card_mail_are_all_known() -> None:
    assert len(E_SHOPS) == 25
    for tag in E_SHOPS:
        (found,) = find(f"[{tag}]")
        assert PLACEHOLDERS[found.name].tag == f"[{tag}]"


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_every_placeholder_is_read_as_it_is_offered(name: str) -> None:
    for written in (PLACEHOLDERS[name].block, PLACEHOLDERS[name].tag):
        assert [found.name for found in find(f"あ{written}い")] == [name]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("## block(myPageURL) ##", "myPageUrl"),
        ("## block(mypageurl) ##", "myPageUrl"),
        ("## block(orderNo) ##", "orderCode"),
        ("## block(MEMBER_NAME) ##", "memberName"),
        ("## block() ##", ""),
        ("## block(xyzzy) ##", ""),
        ("## block(orderCode)", "orderCode"),
        ("## block orderCode ##", "orderCode"),
        ("## orderCode ##", "orderCode"),
        ("[MEMBER_NAMAE]", "memberName"),
        ("[member_name]", "memberName"),
        ("[MEMBER NAME]", "memberName"),
        ("[MEMBER_XYZZY_QUUX]", ""),
        ("[MEMBER_NAME", "memberName"),
        ("【MEMBER_NAME】", "memberName"),
    ],
)
def test_what_only_looks_like_one_is_named_with_its_line_and_the_nearest(written: str, meant: str) -> None:
    (problem,) = of_body(f"一行目\n二行目 {written} です\n三行目")
    assert (problem.mistake, problem.field, problem.line) == (Mistake.UNKNOWN, "body", 2)
    assert problem.written in written
    assert problem.meant == meant
    with pytest.raises(UnknownPlaceholderError):
        filled(written)


def test_several_mistakes_are_all_named() -> None:
    found = of_body("[MEMBER_NAMAE]\n\n## block(orderKode) ##")
    assert [(problem.line, problem.meant) for problem in found] == [(1, "memberName"), (3, "orderCode")]


@pytest.mark.parametrize(
    ("message", "needed"),
    [
        ("login_code", "loginCode"),
        ("order_link", "orderLinks"),
        ("shipped", "myPageUrl"),
        ("request_answered", "requestAnswer"),
        ("order_received", "myPageUrl"),
        ("payment_failed", "myPageUrl"),
    ],
)
def test_a_mail_without_what_it_is_for_is_refused(message: str, needed: str) -> None:
    (problem,) = of_body("こんにちは", message)
    assert (problem.mistake, problem.meant) == (Mistake.MISSING, needed)
    assert of_body(f"こちらです\n{PLACEHOLDERS[needed].written}", message) == []
    assert of_body(f"こちらです\n{PLACEHOLDERS[needed].tag}", message) == []


def test_a_placeholder_of_another_mail_is_refused() -> None:
    (problem,) = of_body("## block(loginCode) ##", "receipt_file")
    assert (problem.mistake, problem.written) == (Mistake.NOT_HERE, "## block(loginCode) ##")


@pytest.mark.parametrize("name", ["loginCode", "orderLinks", "shopSignature", "myPageUrl"])
def test_the_subject_takes_no_code_no_link_and_no_block_of_lines(name: str) -> None:
    written = PLACEHOLDERS[name].written
    message = {"orderLinks": "order_link"}.get(name, "login_code")
    needed = PLACEHOLDERS["orderLinks" if message == "order_link" else "loginCode"].written
    found = problems(Text(f"件名 {written}", needed), message)
    assert [(problem.mistake, problem.field) for problem in found] == [(Mistake.NOT_IN_SUBJECT, "subject")]


@pytest.mark.parametrize("subject", ["a\nBcc: taro@example.jp", "a\r\nX: y", "a\x1bb", "a\u2028b", "a\x85b"])
def test_a_subject_of_two_lines_is_refused(subject: str) -> None:
    found = problems(Text(subject, "本文"), "receipt_file")
    assert {(problem.mistake, problem.field) for problem in found} == {(Mistake.CONTROL, "subject")}


def test_a_text_has_both_parts_and_is_not_endless() -> None:
    assert [problem.mistake for problem in problems(Text("", ""), "receipt_file")] == [Mistake.EMPTY, Mistake.EMPTY]
    long = problems(Text("あ" * 201, "あ" * 5001), "receipt_file")
    assert [problem.mistake for problem in long] == [Mistake.TOO_LONG, Mistake.TOO_LONG]
    assert problems(Text("あ" * 200, "あ" * 5000), "receipt_file") == []


def test_what_is_too_long_is_said_to_be_that_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        "portal.notifications.rules.placeholders.get_close_matches", lambda *a, **more: read.append(a[0]) or []
    )
    body = "[ORDER_KODE]\x07" * 20_000
    for message in ("receipt_file", "shipped"):
        assert of_body(body, message) == [Problem(Mistake.TOO_LONG, "body")]
        assert problems(Text(body, body), message)[0] == Problem(Mistake.TOO_LONG, "subject")
    assert read == []


def test_line_ends_of_every_browser_are_stored_alike() -> None:
    assert tidy(" 件名　", "a\r\nb\rc\n\n") == Text("件名", "a\nb\nc")


# --- nothing is evaluated, nothing is read twice -----------------------------------------------------------------------
def test_what_is_filled_in_is_never_read_again() -> None:
    greedy = "[ORDER_CODE] ## block(orderCode) ##"
    assert filled("[MEMBER_NAME] / [ORDER_CODE]", memberName=greedy, orderCode="A-1") == f"{greedy} / A-1"


@pytest.mark.parametrize(
    "text", ["{{ 7 * 7 }}", "{% for x in y %}", "${HOME}", "%(name)s", "{0.__class__}", "\\1", "\\g<0>"]
)
def test_other_template_languages_are_text(text: str) -> None:
    assert filled(f"{text} [MEMBER_NAME]", memberName=text) == f"{text} {text}"


def test_only_what_stands_in_the_text_is_asked_for() -> None:
    asked: list[str] = []
    fill("[MEMBER_NAME] [ORDER_CODE]", lambda name: f"{asked.append(name)}")
    assert asked == ["memberName", "orderCode"]


def test_a_value_of_one_line_stays_on_one_line() -> None:
    assert filled("[MEMBER_NAME]様", memberName="山田\r\nBcc: x\u2028y\x00") == "山田 Bcc: x y様"
    assert filled("## block(orderItems) ##", orderItems="茶\n急須") == "茶\n急須"


WORDS = st.text(st.characters(exclude_characters="#＃[]［］【】", exclude_categories=["Cs"]))
OFFERED = st.sampled_from(
    [*(each.block for each in PLACEHOLDERS.values()), *(each.tag for each in PLACEHOLDERS.values())]
)


@given(WORDS)
def test_a_text_without_placeholders_stays_as_it_is(text: str) -> None:
    assert filled(text) == text


@given(st.text())
def test_any_text_is_either_filled_or_its_mistake_is_named(text: str) -> None:
    named = [found for found in find(text) if not found.name]
    try:
        said = filled(text)
    except UnknownPlaceholderError:
        assert named
    else:
        assert not named
        if not list(find(text)):
            assert said == text


@given(st.lists(st.tuples(WORDS, OFFERED)), WORDS, st.text())
def test_every_placeholder_of_a_text_is_filled_with_exactly_what_it_says(
    parts: list[tuple[str, str]], rest: str, value: str
) -> None:
    """Any value is taken literally, even one that looks like a placeholder."""
    text = "".join(words + written for words, written in parts) + rest
    pieces = fill(text, lambda _name: value)
    own = "".join(piece.text for piece in pieces if piece.kind is None)
    assert own == "".join(words for words, _written in parts) + rest
    one_line = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", value).strip()
    assert {piece.text for piece in pieces if piece.kind is not None} <= {value, one_line}
    filled_in = sum(1 for piece in pieces if piece.kind is not None)
    assert filled_in <= len(parts)
    assert filled_in == len(parts) or not one_line
