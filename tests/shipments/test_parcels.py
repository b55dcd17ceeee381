from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.models import Shipment
from portal.shipments.parcels import (
    ParcelProblem,
    ParcelRefusedError,
    Said,
    carrier_facts,
    changed_values,
    find,
    handed_over_on,
    new_values,
    next_status,
)
from portal.shipments.rules.carriers import word_key
from portal.shipments.rules.statuses import Event, TrackingState
from portal.values.states import ShipmentStatus

TODAY = date(2026, 11, 21)
WAITING, PICKING, SHIPPED, CANCELED = ShipmentStatus


def parcel(**columns: Any) -> Shipment:
    facts = {"status": WAITING, "external_number": "", "tracking_number": "", "carrier": "", "service": ""}
    return Shipment(**(facts | {"requested_slot": ""} | columns))


def scan(state: TrackingState, day: int) -> Event:
    # In Tokyo 23:30 UTC is the next morning.
    return Event(datetime(2026, 11, day, 23, 30, tzinfo=UTC), state)


def test_the_slip_that_is_named_is_meant_though_another_has_the_same_tracking_number() -> None:
    one, other = parcel(external_number="S-1", tracking_number="111"), parcel(external_number="S-2")
    assert find(Said(external_number="S-2", tracking_number="111"), [one, other]) is other
    both = parcel(external_number="S-2", tracking_number="111")
    assert find(Said(external_number="S-1", tracking_number="111"), [both, one]) is one
    assert find(Said(external_number="S-3", tracking_number="111"), [both, one]) is None
    assert find(Said(tracking_number="111"), [other, one]) is one
    assert find(Said(external_number="S-2", tracking_number="222"), [one, other]) is other
    assert find(Said(external_number="S-1"), [other, one]) is one


def test_a_parcel_that_waits_for_a_number_gets_the_first_one() -> None:
    left, waiting = parcel(tracking_number="111", status=SHIPPED), parcel()
    assert find(Said(tracking_number="222"), [left, waiting]) is waiting
    assert find(Said(tracking_number="222"), [left, parcel(status=SHIPPED)]) is None
    assert find(Said(tracking_number="222"), [parcel(status=CANCELED)]) is None
    assert find(Said(external_number="S-2", tracking_number="222"), [parcel(external_number="S-1")]) is None


def test_several_numbers_under_one_of_the_other_systems_are_several_parcels() -> None:
    assert (
        find(Said(external_number="S-1", tracking_number="222"), [parcel(external_number="S-1", tracking_number="111")])
        is None
    )


def test_without_a_number_only_one_live_parcel_can_be_meant() -> None:
    only = parcel(tracking_number="111")
    assert find(Said(), [only, parcel(status=CANCELED)]) is only
    assert find(Said(), []) is None
    with pytest.raises(ParcelRefusedError) as refused:
        find(Said(), [only, parcel()])
    assert refused.value.problem == ParcelProblem.WHICH_PARCEL


@pytest.mark.parametrize(
    ("said", "day"),
    [
        (Said(shipped_on=date(2026, 11, 20)), date(2026, 11, 20)),
        (Said(shipped_on=TODAY), TODAY),
        (Said(shipped_on=date(2026, 11, 22)), None),
        (Said(events=(scan(TrackingState.IN_TRANSIT, 20), scan(TrackingState.ACCEPTED, 19))), date(2026, 11, 20)),
        (Said(events=(scan(TrackingState.REGISTERED, 19),)), None),
        (Said(), None),
    ],
)
def test_the_day_it_left_is_said_or_scanned(said: Said, day: date | None) -> None:
    assert handed_over_on(said, TODAY) == day


@pytest.mark.parametrize(
    ("current", "said", "then"),
    [
        (WAITING, Said(shipped_on=TODAY), SHIPPED),
        (WAITING, Said(shipped_on=TODAY, status=PICKING), PICKING),
        (WAITING, Said(status=SHIPPED), SHIPPED),
        (WAITING, Said(status=CANCELED), CANCELED),
        (PICKING, Said(tracking_number="111"), PICKING),
        (SHIPPED, Said(status=WAITING), SHIPPED),
        (CANCELED, Said(shipped_on=TODAY), SHIPPED),
    ],
)
def test_a_parcels_state_follows_what_is_said(current: ShipmentStatus, said: Said, then: ShipmentStatus) -> None:
    assert next_status(current, said, TODAY) == then


def test_what_has_left_cannot_be_canceled() -> None:
    with pytest.raises(ParcelRefusedError):
        next_status(SHIPPED, Said(status=CANCELED), TODAY)


def test_nothing_said_changes_nothing() -> None:
    known = parcel(status=SHIPPED, tracking_number="111", carrier="yamato", shipped_on=date(2026, 11, 20))
    assert changed_values(known, Said(), TODAY) == {}
    assert changed_values(known, Said(tracking_number="111", carrier="yamato"), TODAY) == {}


def test_a_scan_never_moves_a_ship_date_that_was_said() -> None:
    known = parcel(status=SHIPPED, shipped_on=date(2026, 11, 20))
    assert changed_values(known, Said(events=(scan(TrackingState.ACCEPTED, 17),)), TODAY) == {}
    assert changed_values(known, Said(shipped_on=date(2026, 11, 19)), TODAY) == {"shipped_on": date(2026, 11, 19)}


def test_a_parcel_that_waits_has_no_ship_date() -> None:
    assert new_values(Said(shipped_on=date(2026, 12, 1)), TODAY)["shipped_on"] is None
    assert new_values(Said(shipped_on=TODAY, status=CANCELED), TODAY)["shipped_on"] is None


def test_words_that_name_no_carrier_are_kept() -> None:
    assert carrier_facts("ヤマト運輸 ネコポス", {}) == ("yamato", "ネコポス")
    assert carrier_facts("おまかせ便", {}) == ("", "おまかせ便")
    assert len(carrier_facts("あ" * 100, {})[1]) == 40


def test_the_shops_own_words_give_the_carrier_and_a_known_name_needs_none() -> None:
    own = {word_key("おまかせ便 (A)"): "sagawa", word_key("ネコポス"): "sagawa"}
    assert carrier_facts("おまかせ便（Ａ）", own) == ("sagawa", "おまかせ便（Ａ）")
    assert carrier_facts("おまかせ便", own) == ("", "おまかせ便")
    assert carrier_facts("ネコポス", own) == ("yamato", "ネコポス")


def test_words_that_name_no_carrier_say_nothing_against_a_known_one_but_with_another_number_they_do() -> None:
    known = parcel(status=SHIPPED, tracking_number="111", carrier="yamato", service="宅急便", shipped_on=TODAY)
    plain = Said(carrier="", service="宅配便")
    assert changed_values(known, plain, TODAY) == {}
    assert changed_values(known, replace(plain, tracking_number="111"), TODAY) == {}
    other = changed_values(known, replace(plain, tracking_number="222"), TODAY)
    assert other == {"carrier": "", "service": "宅配便", "tracking_number": "222"}
