"""Which orders could share a parcel."""

from dataclasses import replace
from uuid import UUID

import pytest

from portal.shipments.rules.bundle_groups import Waiting, groups, match_key

HANAKO = Waiting(
    order_id=UUID(int=1),
    name="山田 花子",
    postcode="530-0001",
    address="大阪府大阪市北区梅田1-2-3 メゾン桜 405",
    method="yamato/宅急便",
    parcel_id=UUID(int=101),
)
AGAIN = replace(HANAKO, order_id=UUID(int=2), parcel_id=UUID(int=102))
BOTH = frozenset({HANAKO.order_id, AGAIN.order_id})


@pytest.mark.parametrize(
    "same",
    [
        {"name": "山田　花子"},
        {"name": "山田花子"},
        {"postcode": "5300001"},
        {"postcode": "５３０－０００１"},
        {"address": "大阪府大阪市北区梅田１−２−３　メゾン桜　405"},
        {"address": "大阪府大阪市北区梅田1丁目2番3号メゾン桜405号室"},
        {"address": "大阪府 大阪市北区 梅田1丁目2番地3 メゾン桜405"},
    ],
)
def test_the_same_door_written_in_another_way_is_the_same_door(same: dict[str, str]) -> None:
    assert groups([HANAKO, replace(AGAIN, **same)], {}).popitem()[1] == BOTH


@pytest.mark.parametrize(
    "other",
    [
        {"name": "山田 太郎"},
        {"postcode": "530-0002"},
        {"address": "大阪府大阪市北区梅田12-3 メゾン桜 405"},
        {"address": "大阪府大阪市北区梅田1-2-3 メゾン桜 406"},
        {"method": "yamato/宅急便コンパクト"},
    ],
)
def test_another_person_door_or_method_goes_alone(other: dict[str, str]) -> None:
    assert groups([HANAKO, replace(AGAIN, **other)], {}) == {}


def test_one_order_or_one_without_an_address_is_no_group() -> None:
    assert groups([HANAKO], {}) == {}
    nowhere = replace(HANAKO, address="")
    assert groups([nowhere, replace(nowhere, order_id=UUID(int=2))], {}) == {}


def test_orders_that_share_a_parcel_already_are_not_proposed_but_a_third_one_is() -> None:
    shared = replace(AGAIN, parcel_id=HANAKO.parcel_id)
    assert groups([HANAKO, shared], {}) == {}
    third = replace(HANAKO, order_id=UUID(int=3), parcel_id=None)
    assert groups([HANAKO, shared, third], {}).popitem()[1] == BOTH | {third.order_id}


def test_what_staff_have_decided_is_asked_again_only_with_one_more_order() -> None:
    decided = {match_key(HANAKO): [BOTH]}
    assert groups([HANAKO, AGAIN], decided) == {}
    third = replace(HANAKO, order_id=UUID(int=3), parcel_id=None)
    assert groups([HANAKO, AGAIN, third], decided).popitem()[1] == BOTH | {third.order_id}
