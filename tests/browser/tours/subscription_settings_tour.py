"""The settings of subscriptions in every state, a part of the staff's tour."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

from admin.subscription_settings.sections import FORMS, SECTIONS
from portal.models import (
    ClosedDay,
    CustomAnswer,
    CustomField,
    FieldCategory,
    StopReason,
    SubscriptionLabel,
    SubscriptionLabelling,
)
from tests.browser.phone import Phone
from tests.browser.tours.staff_stage import Stage
from tests.cast import Cast

LONG = "冬のあいだだけお届けを休むことになったお客さまで、春になったら電話で確かめる方々"
OPTIONS = [f"第{number}希望の産地" for number in range(1, 15)]


class SettingsStage:
    """A shop of its own with rules and lists; もみじ堂 has none."""

    def __init__(self, stage: Stage) -> None:
        with stage.site.cast() as cast:
            self.shop, self.of_shop = stage.ruled, {"shop_id": stage.ruled.id}
            cast.rules(
                stage.ruled,
                transit_days={"": 1, "北海道": 3, "沖縄県": 4, "鹿児島県": 2},
                dateless_days={"ネコポス": 3, "とても長い名前の配送方法（離島にも送れるもの）": 10},
                closed_weekdays=["sat", "sun"],
                closed_on_holidays=True,
                changes={"address": 3, "items": 5, "points": None, "cancel": None},
                offers_before_cancelling=["skip", "longer"],
                upcoming_days=5,
                status_names={"active": "継続中", "suspended": "お休み中"},
                comment="いつもありがとうございます。\n新茶は5月からお届けします。",
                numbering="date",
                number_hyphen=True,
                last_number=1234,
            )
            self._lists(cast)

    def _lists(self, cast: Cast) -> None:
        session = cast.session
        subscription = cast.subscription(self.shop)
        label = SubscriptionLabel(**self.of_shop, name="電話で相談中", created_at=cast.now)
        session.add_all([label, SubscriptionLabel(**self.of_shop, name=LONG, created_at=cast.now)])
        session.flush()
        session.add(SubscriptionLabelling(**self.of_shop, subscription_id=subscription.id, label_id=label.id))
        for kind in ("suspend", "cancel"):
            for text in ("味が合わない", "飲みきれない", LONG):
                session.add(StopReason(**self.of_shop, kind=kind, text=text))
            session.add(StopReason(**self.of_shop, kind=kind, text="価格", retired_at=cast.now))
        for day in range(6):
            closed = date(2026, 12, 29) + timedelta(days=day)
            session.add(ClosedDay(**self.of_shop, day=closed, note="年末年始"))
        session.add(ClosedDay(**self.of_shop, day=date(2027, 3, 5), note=""))
        self.label_id: UUID = label.id
        self._fields(cast, subscription.id)

    def _fields(self, cast: Cast, subscription_id: UUID) -> None:
        session = cast.session
        pet = FieldCategory(**self.of_shop, name="ペットのこと", several=True, position=1)
        empty = FieldCategory(**self.of_shop, name="贈りもの", position=2)
        session.add_all([pet, empty])
        session.flush()
        of_pet = {**self.of_shop, "category_id": pet.id}
        name = CustomField(**of_pet, name="ペットの名前", kind="text", required=True, longest=40, position=1)
        age = CustomField(**of_pet, name="年齢", kind="integer", least=0, most=40, position=2)
        choice = CustomField(**of_pet, name="好きな産地", kind="selects", options=OPTIONS, position=3)
        session.add_all([name, age, choice])
        session.flush()
        answer = {"subscription_id": subscription_id, "values": ["コロ"]}
        session.add(CustomAnswer(**self.of_shop, field_id=name.id, **answer))
        self.category_id, self.field_id, self.choice_id = pet.id, name.id, choice.id


def places(desk: Phone, stage: Stage) -> Iterator[str]:
    """Yield the name of each place, seen by a manager of the shop with the rules, while the page shows it."""
    made = SettingsStage(stage)
    page, base = desk.page, f"/admin/shops/{stage.ruled.slug}"

    def send(action: str, **typed: str) -> None:
        form = page.locator(f"main form[action*='{action}']").first
        for name, text in typed.items():
            form.locator(f"[name='{name}']").first.fill(text)
        form.evaluate("form => { form.noValidate = true }")
        with page.expect_navigation():
            form.locator("button[type=submit]:not([formaction])").first.click()

    desk.open(f"/admin/shops/{stage.empty.slug}/subscription-settings")
    yield "subscription settings, nothing set"
    desk.open(f"{base}/subscription-settings")
    yield "subscription settings"
    for topic, _title in SECTIONS:
        desk.open(f"{base}/subscription-settings/{topic}")
        yield f"subscription settings, {topic}"
    wrong = {
        "basics": {"comment": "長" * 1001},
        "days": {"lead_days": "三日", "transit-p47": "99", "dateless-0-days": "0"},
        "fees": {"shipping-p00": "たくさん"},
        "cycles": {"cycles-weeks-least": "9", "cycles-weeks-most": "3", "cycles-days-least": ""},
        "changes": {"permits-cycle-extra": "-1", "skips_allowed": "99"},
        "numbering": {"last_number": "99999999999999"},
        "mails": {"upcoming_days": "99"},
        "names": {"names-finished": "継続中"},
    }
    assert wrong.keys() == FORMS.keys()
    for topic, typed in wrong.items():
        desk.open(f"{base}/subscription-settings/{topic}")
        send(f"/{topic}", **typed)
        yield f"subscription settings, {topic}, refused"
    desk.open(f"{base}/subscription-settings/basics")
    page.locator("#enabled").uncheck()
    send("/basics")
    yield "subscription settings, switched off while one is active"
    desk.open(f"{base}/subscription-settings/days")
    send("/closed-days#closed", first="2026-12-31", last="2026-12-01", note="逆")
    yield "subscription settings, closed days, refused"
    yield from lists(desk, base, made, send)


def lists(desk: Phone, base: str, made: SettingsStage, send: Callable[..., None]) -> Iterator[str]:
    for noun in ("subscription-labels", "stop-reasons", "custom-fields", "offered-items"):
        desk.open(f"{base}/{noun}")
        yield noun
    send("/offered-items")
    yield "offered-items, nothing typed"
    desk.open(f"{base}/subscription-labels")
    desk.page.locator("#name").fill("電話で相談中")
    with desk.page.expect_navigation():
        desk.page.locator("#add button").click()
    yield "subscription-labels, taken"
    desk.open(f"{base}/stop-reasons")
    with desk.page.expect_navigation():
        desk.page.locator("#suspend .actions button").click()
    yield "stop-reasons, nothing typed"
    for path in (
        f"subscription-labels/{made.label_id}/removal",
        f"field-categories/{made.category_id}",
        f"field-categories/{made.category_id}/removal",
        f"field-categories/{made.category_id}/fields/new",
        f"custom-fields/{made.field_id}",
        f"custom-fields/{made.choice_id}",
        f"custom-fields/{made.field_id}/removal",
    ):
        desk.open(f"{base}/{path}")
        yield path
    desk.open(f"{base}/field-categories/{made.category_id}/fields/new")
    send("/fields", name="", longest="0")
    yield "custom field, refused"
