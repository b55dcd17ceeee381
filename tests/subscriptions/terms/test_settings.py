"""The shop's settings for subscriptions: saved whole or not at all, and never over somebody else's change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.subscription_settings.sections import FORMS
from portal.models import AuditEntry, AuditValue, Shop, Subscription, SubscriptionRules
from portal.subscriptions.record import shop_rules
from portal.subscriptions.rules.declarations import ALL
from portal.subscriptions.rules.problems import Advice, Problem
from portal.subscriptions.rules.settings import RULES, SETTINGS, Facts, advice
from portal.subscriptions.terms.settings import Refused, Saved, Stale, change_settings, settings_of
from portal.values.states import SubscriptionState
from tests.cast import Cast
from tests.conftest import Clock

tidy, problems = RULES.tidy, RULES.problems
SUZUKI = "staff:00000000-0000-0000-0000-000000000001"
SATO = "staff:00000000-0000-0000-0000-000000000002"
STANDING: dict[str, Any] = {
    "enabled": True,
    "takes_new": True,
    "generates": "us",
    "comment": "",
    "lead_days": 3,
    "transit_days": {"": 1},
    "dateless_days": {},
    "shipping_fees": {},
    "payment_fees": {},
    "creation_days": 7,
    "creation_base": "ship",
    "closed_weekdays": ["sun"],
    "closed_on_holidays": True,
    "cycles_offered": {"months": [1, 6]},
    "payment_methods": ["クレジットカード"],
    "cod_methods_refused": [],
    "time_slots": [],
    "time_slots_refused": [],
    "carries_slot": True,
    "keeps_net": False,
    "authorises": True,
    "date_window_days": 60,
    "skips_allowed": 1,
    "changes": {},
    "pauses_longest": None,
    "cancel_within_commitment": False,
    "offers_before_cancelling": [],
    "numbering": "running",
    "number_digits": 10,
    "number_prefix": "",
    "number_hyphen": False,
    "last_number": 0,
    "card_mails": False,
    "upcoming_days": None,
    "tells_generated": True,
    "status_names": {},
}


def found(changes: dict[str, Any], active: int = 0) -> dict[str, Problem]:
    wanted = tidy(changes)
    return problems(STANDING | wanted, wanted, Facts(active=active))


def test_every_setting_is_a_column_and_stands_in_a_section() -> None:
    assert set(STANDING) == SETTINGS
    assert {column.key for column in SubscriptionRules.__table__.columns} >= SETTINGS
    assert {setting.section for setting in ALL} == FORMS.keys()


# --- what may be set -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "path", "problem"),
    [
        ({"generates": "cart"}, "generates", Problem.CHOICE),
        ({"creation_base": "order"}, "creation_base", Problem.CHOICE),
        ({"numbering": "random"}, "numbering", Problem.CHOICE),
        ({"comment": "あ" * 1001}, "comment", Problem.TOO_LONG),
        ({"lead_days": None}, "lead_days", Problem.NUMBER),
        ({"creation_days": -1}, "creation_days", Problem.NUMBER),
        ({"creation_days": 61}, "creation_days", Problem.NUMBER),
        ({"transit_days": {"": 1, "沖縄県": 31}}, "transit_days.沖縄県", Problem.NUMBER),
        ({"transit_days": {"": -1}}, "transit_days.", Problem.NUMBER),
        ({"dateless_days": {"ネコポス": 0}}, "dateless_days.ネコポス", Problem.NUMBER),
        ({"creation_base": "delivery", "creation_days": 3}, "creation_days", Problem.MADE_TOO_LATE),
        (
            {"creation_base": "delivery", "transit_days": {"沖縄県": 5}},
            "creation_days",
            Problem.MADE_TOO_LATE,
        ),
        ({"shipping_fees": {"北海道": -1}}, "shipping_fees.北海道", Problem.NUMBER),
        ({"payment_fees": {"代金引換": 100_000}}, "payment_fees.代金引換", Problem.NUMBER),
        ({"closed_weekdays": ["mon", "moon"]}, "closed_weekdays", Problem.CHOICE),
        (
            {"closed_weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
            "closed_weekdays",
            Problem.NEVER_OPEN,
        ),
        ({"cycles_offered": {"weeks": [None, 4]}}, "cycles_offered.weeks", Problem.RANGE_MISSING),
        ({"cycles_offered": {"weeks": [2, None]}}, "cycles_offered.weeks", Problem.RANGE_MISSING),
        ({"cycles_offered": {"weeks": [4, 2]}}, "cycles_offered.weeks", Problem.RANGE_BACKWARDS),
        ({"cycles_offered": {"days": [0, 30]}}, "cycles_offered.days", Problem.NUMBER),
        ({"cycles_offered": {"days": [1, 367]}}, "cycles_offered.days", Problem.NUMBER),
        ({"cycles_offered": {"months_nth": [1, 13]}}, "cycles_offered.months_nth", Problem.NUMBER),
        ({"cycles_offered": {"years": [1, 1]}}, "cycles_offered.years", Problem.CHOICE),
        ({"payment_methods": ["払" * 101]}, "payment_methods", Problem.TOO_LONG),
        ({"time_slots": [str(n) for n in range(31)]}, "time_slots", Problem.TOO_MANY),
        ({"changes": {"cycle": -1}}, "changes.cycle", Problem.NUMBER),
        ({"changes": {"cycle": 61}}, "changes.cycle", Problem.NUMBER),
        ({"changes": {"prices": 0, "all": 1}}, "changes.all", Problem.CHOICE),
        ({"skips_allowed": 0}, "skips_allowed", Problem.SKIPS_ZERO),
        ({"changes": {"skip": 2}, "skips_allowed": 0}, "skips_allowed", Problem.SKIPS_ZERO),
        ({"pauses_longest": 0}, "pauses_longest", Problem.NUMBER),
        ({"offers_before_cancelling": ["gift"]}, "offers_before_cancelling", Problem.CHOICE),
        ({"offers_before_cancelling": ["skip", "skip"]}, "offers_before_cancelling", Problem.OFFER_TWICE),
        (
            {"offers_before_cancelling": ["pause"], "changes": {"pause": None}},
            "offers_before_cancelling",
            Problem.OFFER_NOT_ALLOWED,
        ),
        (
            {"offers_before_cancelling": ["longer"], "changes": {"cycle": None}},
            "offers_before_cancelling",
            Problem.OFFER_NOT_ALLOWED,
        ),
        ({"number_digits": 4}, "number_digits", Problem.NUMBER),
        ({"number_digits": 11}, "number_digits", Problem.NUMBER),
        ({"numbering": "prefix"}, "number_prefix", Problem.PREFIX_EMPTY),
        ({"number_prefix": "TEA 1"}, "number_prefix", Problem.PREFIX_CHARACTERS),
        ({"number_prefix": "茶"}, "number_prefix", Problem.PREFIX_CHARACTERS),
        ({"number_prefix": "A" * 11}, "number_prefix", Problem.TOO_LONG),
        ({"last_number": None}, "last_number", Problem.NUMBER),
        ({"last_number": -1}, "last_number", Problem.NUMBER),
        ({"last_number": 100_000, "number_digits": 5}, "last_number", Problem.LAST_TOO_LARGE),
        ({"upcoming_days": 31}, "upcoming_days", Problem.NUMBER),
        ({"status_names": {"active": "継" * 21}}, "status_names.active", Problem.TOO_LONG),
        ({"status_names": {"active": "休止", "suspended": "休止"}}, "status_names.suspended", Problem.NAME_TWICE),
        ({"status_names": {"paused": "休止"}}, "status_names.paused", Problem.CHOICE),
    ],
)
def test_what_cannot_be_set_is_refused_with_its_reason(changes: dict[str, Any], path: str, problem: Problem) -> None:
    assert found(changes)[path] == problem


@pytest.mark.parametrize(
    "changes",
    [
        {"creation_days": 0, "lead_days": 0, "transit_days": {"": 0, "沖縄県": 30}},
        {"creation_days": 60},
        {"creation_days": 0, "creation_base": "ship"},
        {"creation_days": 4, "creation_base": "delivery"},
        {"shipping_fees": {"": 0, "北海道": 99_999}, "payment_fees": {"代金引換": 330}},
        {"closed_weekdays": ["mon", "tue", "wed", "thu", "fri", "sat"]},
        {"cycles_offered": {"days": [1, 366], "weeks": [52, 52], "months_day": [1, 12]}},
        {"cycles_offered": {}, "payment_methods": []},
        {"changes": {"skip": None}, "skips_allowed": 0},
        {"changes": {"cycle": 0, "address": 60, "cancel": None}},
        {"offers_before_cancelling": ["longer", "pause", "skip"]},
        {"numbering": "prefix", "number_prefix": "Tea_01-A/b"[:10], "number_digits": 5, "last_number": 99_999},
        {"numbering": "date", "number_hyphen": True},
        {"pauses_longest": None, "upcoming_days": None},
        {"status_names": {"active": "継続中", "suspended": ""}},
    ],
)
def test_what_can_be_set_is_taken(changes: dict[str, Any]) -> None:
    assert found(changes) == {}


def test_switching_off_is_refused_only_while_a_subscription_is_active() -> None:
    assert found({"enabled": False}, active=1) == {"enabled": Problem.ACTIVE_ONES}
    assert found({"enabled": False}, active=0) == {}
    assert found({"takes_new": False}, active=1) == {}, "no new ones: the running ones go on"


def test_what_stood_wrong_before_does_not_keep_anybody_from_another_section() -> None:
    standing = STANDING | {"closed_weekdays": ["moon"], "number_digits": 3}
    assert problems(standing | {"comment": "x"}, {"comment"}, Facts()) == {}


@given(st.lists(st.text(max_size=50), max_size=5))
def test_a_list_that_was_tidied_once_stays_as_it_is(lines: list[str]) -> None:
    once = tidy({"payment_methods": lines})
    assert tidy(once) == once
    assert all(line == line.strip() != "" for line in once["payment_methods"])


def test_full_width_characters_of_a_prefix_become_plain_ones() -> None:
    assert tidy({"number_prefix": " ＴＥＡ－１"})["number_prefix"] == "TEA-1"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, {}),
        ({"cycles_offered": {}}, {"cycles_offered": Advice.NO_CYCLES}),
        ({"cycles_offered": {}, "changes": {"cycle": None}}, {}),
        ({"payment_methods": []}, {"payment_methods": Advice.NO_PAYMENT_METHODS}),
        # The order is made 7 days before the ship date, which is 3 + 1 days before the delivery.
        ({"upcoming_days": 11}, {"upcoming_days": Advice.TOLD_TOO_LATE}),
        ({"upcoming_days": 12}, {}),
        ({"upcoming_days": 8, "creation_base": "delivery"}, {}),
        ({"upcoming_days": 7, "creation_base": "delivery"}, {"upcoming_days": Advice.TOLD_TOO_LATE}),
        ({"tells_generated": False}, {"tells_generated": Advice.NEVER_TOLD}),
    ],
)
def test_staff_are_told_what_they_may_not_have_thought_of(changes: dict[str, Any], told: dict[str, Advice]) -> None:
    assert advice(STANDING | changes) == told


# --- saving ----------------------------------------------------------------------------------------------------------
def change(session: Session, shop: Shop, clock: Clock, changes: dict[str, Any], **more: Any) -> Any:
    facts: dict[str, Any] = {"version": 1, "actor": SUZUKI, "now": clock()} | more
    return change_settings(session, shop, changes, **facts)


def stored(session: Session, shop: Shop) -> SubscriptionRules:
    session.expire_all()
    return session.scalars(select(SubscriptionRules).filter_by(shop_id=shop.id)).one()


def test_the_first_settings_of_a_shop_are_kept_and_written_down(session: Session, shop: Shop, clock: Clock) -> None:
    outcome = change(session, shop, clock, {"enabled": True, "transit_days": {"": 2, "沖縄県": 4}, "lead_days": 3})
    assert outcome == Saved(frozenset({"enabled", "transit_days"})), "three days are the usual lead"
    session.commit()
    row = stored(session, shop)
    assert (row.enabled, row.transit_days, row.version) == (True, {"": 2, "沖縄県": 4}, 2)
    entry = session.scalars(select(AuditEntry).filter_by(action="subscription_rules.changed")).one()
    assert (entry.actor, entry.fields) == (SUZUKI, ["enabled", "transit_days"])
    values = {one.field: (one.before, one.after) for one in session.scalars(select(AuditValue))}
    assert values == {"enabled": ("False", "True"), "transit_days": ("", ": 2\n沖縄県: 4")}


def test_saving_what_is_there_already_writes_nothing(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    row = cast.rules(shop)
    assert change(session, shop, clock, settings_of(row)) == Saved(frozenset())
    session.commit()
    assert stored(session, shop).version == 1
    assert session.scalars(select(AuditEntry)).all() == []


def test_one_wrong_setting_keeps_back_all_of_the_form(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    cast.rules(shop)
    outcome = change(session, shop, clock, {"creation_days": 10, "changes": {"cycle": -1}})
    assert outcome == Refused({"changes.cycle": Problem.NUMBER})
    row = stored(session, shop)
    assert (row.creation_days, row.changes) == (7, {})


@pytest.mark.parametrize(
    ("state", "deleted", "refused"),
    [("active", False, True), ("active", True, False), ("suspended", False, False), ("finished", False, False)],
)
def test_subscriptions_are_not_switched_off_while_one_is_active(
    session: Session, cast: Cast, shop: Shop, clock: Clock, state: str, deleted: bool, refused: bool
) -> None:
    cast.rules(shop)
    next_door = cast.shop(slug="momiji")
    cast.subscription(next_door)
    cast.subscription(shop, state=SubscriptionState(state), deleted_at=clock() if deleted else None)
    outcome = change(session, shop, clock, {"enabled": False})
    assert isinstance(outcome, Refused if refused else Saved)


def test_a_form_from_before_a_change_overwrites_nothing(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    cast.rules(shop)
    assert isinstance(change(session, shop, clock, {"creation_days": 10}, actor=SATO), Saved)
    session.commit()
    # The stale form sends its whole section: the old 7 days and a new base.
    stale = change(session, shop, clock, {"creation_days": 7, "creation_base": "delivery"})
    assert isinstance(stale, Stale)
    told = stale.fields["creation_days"]
    assert told is not None
    assert told.actor == SATO
    session.rollback()
    assert (stored(session, shop).creation_days, stored(session, shop).creation_base) == (10, "ship")
    # An equally old form of another section is saved.
    assert isinstance(change(session, shop, clock, {"comment": "お茶の便り"}), Saved)


def test_a_last_number_that_went_on_while_the_form_was_open_is_not_turned_back(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    row = cast.rules(shop, last_number=41)
    row.last_number = 43
    session.flush()
    outcome = change(session, shop, clock, {"last_number": 500}, last_number_shown=41)
    assert outcome == Stale({"last_number": None})
    assert isinstance(change(session, shop, clock, {"last_number": 500}, last_number_shown=43), Saved)


def test_changing_the_creation_days_moves_no_creation_date_that_is_set(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    cast.rules(shop, creation_days=7)
    subscription = cast.subscription(shop)
    before = (subscription.next_creation_on, subscription.next_ship_on, subscription.version)
    change(session, shop, clock, {"creation_days": 20, "lead_days": 9, "closed_weekdays": ["mon"]})
    session.commit()
    session.expire_all()
    kept = session.get_one(Subscription, subscription.id)
    assert (kept.next_creation_on, kept.next_ship_on, kept.version) == before


def test_a_shop_without_settings_shows_the_usual_ones(session: Session, shop: Shop) -> None:
    settings = settings_of(shop_rules.of_shop(session, shop.id))
    assert (settings["enabled"], settings["creation_days"], settings["number_digits"]) == (False, 7, 10)
    assert settings["changes"] == {}
