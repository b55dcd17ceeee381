"""Custom fields: which answers fit, and what becomes of answers when the fields change."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditValue, CustomAnswer, CustomField, FieldCategory, Subscription
from portal.subscriptions.record.refusals import Refusal, RefusedError, StaleError
from portal.subscriptions.terms import answer_rules, fields
from tests.cast import Cast

SUZUKI = "staff:suzuki"
COLOURS = ["赤", "青", "白"]


def field(kind: str, **changes: Any) -> CustomField:
    return CustomField(name="欄", kind=kind, position=1, **({"options": [], "required": False} | changes))


@pytest.mark.parametrize(
    ("asked", "typed", "stored", "problem"),
    [
        (field("text"), [" お茶 "], ["お茶"], None),
        (field("text"), ["  "], [], None),
        (field("text", longest=3), ["ほうじ茶"], ["ほうじ茶"], Refusal.TOO_LONG),
        (field("text", longest=4), ["ほうじ茶"], ["ほうじ茶"], None),
        (field("text"), ["あ" * 301], ["あ" * 301], Refusal.TOO_LONG),
        (field("text"), ["一", "二"], ["一", "二"], Refusal.ONE_ANSWER),
        (field("textarea"), ["一\r\n二 "], ["一\n二 "], None),
        (field("textarea"), ["あ" * 5001], ["あ" * 5001], Refusal.TOO_LONG),
        (field("integer"), ["１,２００"], ["1200"], None),
        (field("integer"), ["-5"], ["-5"], None),
        (field("integer"), ["三"], ["三"], Refusal.NOT_A_NUMBER),
        (field("integer"), ["1.5"], ["1.5"], Refusal.NOT_A_NUMBER),
        (field("integer", least=1, most=9), ["0"], ["0"], Refusal.OUT_OF_RANGE),
        (field("integer", least=1, most=9), ["10"], ["10"], Refusal.OUT_OF_RANGE),
        (field("integer", least=1, most=9), ["9"], ["9"], None),
        (field("integer"), ["9999999999"], ["9999999999"], Refusal.OUT_OF_RANGE),
        (field("email"), ["a@example.jp"], ["a@example.jp"], None),
        (field("email"), ["a@"], ["a@"], Refusal.EMAIL),
        (field("date"), ["2026年1月5日"], ["2026-01-05"], None),
        (field("date"), ["2026-02-30"], ["2026-02-30"], Refusal.NOT_A_DATE),
        (field("select", options=COLOURS), ["青"], ["青"], None),
        (field("select", options=COLOURS), ["黒"], ["黒"], Refusal.NOT_AN_OPTION),
        (field("select", options=COLOURS), ["赤", "青"], ["赤", "青"], Refusal.ONE_ANSWER),
        (field("radio", options=COLOURS), ["白"], ["白"], None),
        (field("radio", options=COLOURS), ["黒"], ["黒"], Refusal.NOT_AN_OPTION),
        (field("selects", options=COLOURS), ["白", "赤", "白"], ["赤", "白"], None),
        (field("checkbox", options=COLOURS), ["赤", "青"], ["赤", "青"], None),
        (field("checkbox", options=COLOURS), ["赤", "黒"], ["赤", "黒"], Refusal.NOT_AN_OPTION),
        (field("checkbox", options=COLOURS), [], [], None),
    ],
)
def test_each_kind_of_field_takes_what_fits(
    asked: CustomField, typed: list[str], stored: list[str], problem: Refusal | None
) -> None:
    tidied = answer_rules.tidy(asked, typed)
    assert tidied == stored
    assert answer_rules.problem(asked, tidied) == problem


class Form:
    """One category with a text that buyers must give and a choice of colors."""

    def __init__(self, session: Session, cast: Cast, *, several: bool = False) -> None:
        shop = cast.shop()
        self.session, self.now = session, cast.now
        self.subscription = cast.subscription(shop)
        self.category = FieldCategory(shop_id=shop.id, name="贈り先", several=several, position=1)
        session.add(self.category)
        session.flush()
        self.name, self.colour = (
            CustomField(shop_id=shop.id, category_id=self.category.id, position=position, **facts)
            for position, facts in enumerate(
                [
                    {"name": "お名前", "kind": "text", "required": True, "options": []},
                    {"name": "色", "kind": "selects", "options": COLOURS},
                ],
                1,
            )
        )
        session.add_all([self.name, self.colour])
        session.flush()

    def save(self, name: str | None = None, colours: list[str] | None = None, position: int = 0, **more: Any) -> bool:
        answers = ({self.name.id: [name]} if name is not None else {}) | (
            {self.colour.id: colours} if colours is not None else {}
        )
        facts = {"actor": SUZUKI, "now": self.now} | more
        return fields.save(self.session, self.subscription, self.category, position, answers, **facts)

    def shown(self) -> list[tuple[str, int, tuple[str, ...], bool]]:
        found = fields.answered(self.session, self.subscription)
        return [(one.field.name, one.position, one.values, one.fits) for one in found]


def test_only_what_was_answered_is_shown_and_written_down_once(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    version = form.subscription.version
    assert form.save(colours=["青"])
    assert not form.save(colours=["青"])
    session.commit()
    assert form.shown() == [("色", 0, ("青",), True)]
    assert form.subscription.version == version + 1
    assert [tuple(row) for row in session.execute(select(AuditValue.field, AuditValue.before, AuditValue.after))] == [
        ("色", None, "青")
    ]


def test_required_is_for_buyers_and_staff_may_save_without(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    with pytest.raises(RefusedError) as refused:
        form.save(colours=["青"], by_buyer=True, actor="buyer:1")
    assert (refused.value.code, refused.value.field) == (Refusal.REQUIRED, str(form.name.id))
    assert form.save(colours=["青"])
    assert form.save("花子", by_buyer=True, actor="buyer:1")
    assert form.save(colours=["白"], by_buyer=True, actor="buyer:1"), "the name was given before"


def test_a_category_that_allows_several_is_filled_in_more_than_once(session: Session, cast: Cast) -> None:
    form = Form(session, cast, several=True)
    form.save("母", ["赤"])
    assert fields.next_position(session, form.subscription, form.category) == 1
    form.save("叔母", position=1)
    assert form.shown() == [("お名前", 0, ("母",), True), ("色", 0, ("赤",), True), ("お名前", 1, ("叔母",), True)]
    with pytest.raises(RefusedError):
        form.save("祖母", position=3)


def test_others_are_filled_in_once(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    form.save("母")
    with pytest.raises(RefusedError) as refused:
        form.save("叔母", position=1)
    assert refused.value.code == Refusal.ONE_ANSWER


def test_an_answer_whose_option_is_gone_is_kept_and_flagged_until_it_is_answered_anew(
    session: Session, cast: Cast
) -> None:
    form = Form(session, cast)
    form.save("花子", ["赤", "白"])
    form.colour.options = ["青", "白"]
    session.commit()
    assert ("色", 0, ("赤", "白"), False) in form.shown()

    assert form.save("太郎", ["赤", "白"]), "it comes back with the form as it was"
    assert ("色", 0, ("赤", "白"), False) in form.shown()
    assert answer_rules.left_of(form.colour, ["赤", "白"]) == ["白"]
    with pytest.raises(RefusedError):
        form.save(colours=["赤"])
    assert form.save(colours=["白"])
    assert ("色", 0, ("白",), True) in form.shown()


def test_an_option_that_is_added_later_changes_no_answer(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    form.save(colours=["赤", "白"])
    form.colour.options = ["緑", "白", "青", "赤"]
    session.commit()
    assert form.shown() == [("色", 0, ("赤", "白"), True)]
    assert not form.save(colours=["白", "赤"])


def test_a_limit_that_was_drawn_tighter_flags_the_answer(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    form.save("山田 花子")
    form.name.longest = 2
    session.commit()
    assert form.shown() == [("お名前", 0, ("山田 花子",), False)]


def test_answers_of_a_deleted_field_are_shown_and_no_longer_asked(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    form.save("花子")
    form.name.deleted_at = cast.now
    session.flush()
    assert form.shown() == [("お名前", 0, ("花子",), False)]
    with pytest.raises(RefusedError) as refused:
        form.save("太郎")
    assert refused.value.code == Refusal.FIELD


def test_erasing_is_for_one_time_and_for_good(session: Session, cast: Cast) -> None:
    form = Form(session, cast, several=True)
    form.save("母", ["赤"])
    form.save("叔母", position=1)
    erased = [fields.erase(session, form.subscription, form.category, 0, actor=SUZUKI, now=cast.now) for _ in range(2)]
    assert erased == [True, False]
    assert form.shown() == [("お名前", 1, ("叔母",), True)]
    assert session.scalars(select(CustomAnswer.position)).all() == [1]


def test_an_empty_answer_deletes(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    form.save("花子", ["赤"])
    form.save("", [])
    assert form.shown() == []


def test_another_shops_fields_and_an_old_form_are_refused(session: Session, cast: Cast) -> None:
    form = Form(session, cast)
    foreign = FieldCategory(shop_id=cast.shop("ume").id, name="x", position=1)
    session.add(foreign)
    session.flush()
    with pytest.raises(RefusedError):
        fields.save(session, form.subscription, foreign, 0, {}, actor=SUZUKI, now=cast.now)
    with pytest.raises(StaleError):
        form.save("花子", seen_version=form.subscription.version - 1)
    assert form.shown() == []


def test_a_subscription_without_answers_shows_none(session: Session, cast: Cast) -> None:
    subscription: Subscription = cast.subscription(cast.shop())
    assert fields.answered(session, subscription) == []
