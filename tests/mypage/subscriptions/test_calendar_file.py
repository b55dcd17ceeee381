"""The calendar file of the coming deliveries."""

from datetime import date

from icalendar import Calendar

from portal.models import Subscription
from portal.subscriptions.changes import changing
from portal.subscriptions.record.facts import frame_of
from tests.conftest import Clock
from tests.mypage.subscriptions.visitors import MANY, Visitor


def calendar(hanako: Visitor, subscription: Subscription) -> Calendar:
    answer = hanako.client.get(f"/sakura/subscriptions/{subscription.id}/deliveries.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    read = Calendar.from_ical(answer.data)
    assert isinstance(read, Calendar)
    return read


def test_the_calendar_file_has_a_whole_day_for_each_delivery_and_nothing_of_the_buyer(hanako: Visitor) -> None:
    subscription = hanako.subscription(items=MANY, next_skipped=True, cycle_number=3)
    hanako.made(subscription, date(2026, 11, 24))
    hanako.page(subscription)

    read = calendar(hanako, subscription)

    events = read.walk("VEVENT")
    assert [event["DTSTART"].dt for event in events] == [
        date(2026, 11, 24),
        *(date(2027, month, 15) for month in range(1, 6)),
    ]
    assert {event["SUMMARY"] for event in events} == {"さくら茶舗 定期購入のお届け"}
    assert "煎茶 やぶきた 100g × 2" in events[1]["DESCRIPTION"]
    assert len({event["UID"] for event in events}) == 6
    text = read.to_ical().decode().replace("\r\n ", "")
    assert [secret for secret in ("山田", "花子", "hanako", "530-0001", "梅田", "1234") if secret in text] == []


def test_two_orders_on_their_way_are_two_entries_with_what_is_in_them(hanako: Visitor) -> None:
    subscription = hanako.subscription(cycle_number=4)
    hanako.made(subscription, date(2026, 12, 1), code="A-3", cycle_number=3)
    hanako.made(subscription, date(2026, 11, 24))
    hanako.page(subscription)
    events = calendar(hanako, subscription).walk("VEVENT")
    assert [event["DTSTART"].dt for event in events[:3]] == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 15)]
    assert "煎茶 やぶきた 100g × 1" in events[0]["DESCRIPTION"]
    assert len({event["UID"] for event in events}) == len(events)


def test_a_delivery_that_moves_stays_the_same_entry(hanako: Visitor, clock: Clock) -> None:
    subscription = hanako.subscription()
    hanako.page(subscription)
    before = calendar(hanako, subscription).walk("VEVENT")[0]
    hanako.cast.session.expire_all()
    changing.change(
        hanako.cast.session,
        subscription,
        {"next_delivery_on": date(2026, 12, 18)},
        frame=frame_of(hanako.cast.session, subscription.shop_id),
        actor="staff:1",
        now=clock(),
    )
    hanako.cast.session.commit()
    after = calendar(hanako, subscription).walk("VEVENT")[0]
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == date(2026, 12, 18)
    assert (before["SUMMARY"], after["SUMMARY"]) == (
        "さくら茶舗 定期購入のお届け",
        "さくら茶舗 定期購入のお届け（今回だけ）",
    )
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_where_nothing_comes_there_is_no_calendar(hanako: Visitor) -> None:
    subscription = hanako.subscription(state="suspended")
    page = hanako.page(subscription)
    assert "deliveries.ics" not in page
    assert hanako.client.get(f"/sakura/subscriptions/{subscription.id}/deliveries.ics").status_code == 404
