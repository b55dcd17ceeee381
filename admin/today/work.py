"""今日の仕事: the one list of what needs a person. A further kind of work is a further entry in `WORK`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import get_template_attribute, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session, selectinload

from admin.subscriptions.words import attention_words, state_names
from admin.today.kinds import Day, Find, Kind, Matters, Row, stored
from portal.models import (
    BundleCandidate,
    BuyerRequest,
    Export,
    ImportRun,
    LoginLock,
    Order,
    OutboxMail,
    Rendition,
    Shop,
    Subscription,
)
from portal.models.order import NEEDS_ATTENTION, UNUSABLE
from portal.notifications.letters import addressed
from portal.shops import recent_words
from portal.shops.recent_words import Words
from portal.subscriptions.generation import due
from portal.subscriptions.overview.lapsed_slots import goes, lapsed_ways
from portal.subscriptions.record.attention import Attention
from portal.subscriptions.record.facts import slots_of
from portal.values import unusable
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.states import OrderStatus
from portal.words.states import unusable_words

GIVEN_UP = 3
"""Tries after which a PDF that cannot be made needs a person."""


def work(day: Day) -> Iterator[Matters]:
    """Return what there is to do; kinds of which there is nothing are left out."""
    for kind in WORK:
        count, things = kind.find(day)
        if count:
            rows = [kind.row(thing, day) for thing in things[: 1 if kind.is_summed else None]]
            if kind.is_summed:
                rows = [replace(row, address=kind.address) for row in rows]
            yield Matters(kind, count, rows)


# --- requests and orders ----------------------------------------------------------------------------------------------
def _request(one: BuyerRequest, day: Day) -> Row:
    words = get_template_attribute("admin/orders/_words.html", "request_words")
    row = Row(
        what=words(one.kind),
        who=addressed(one.order.buyer_name, gettext=_),
        since=one.created_at,
        address=url_for("admin.show_request", request_id=one.id),
        details=one.text,
    )
    if not one.subscription:
        return row
    state = state_names(day.rules.status_names)[one.subscription.state]
    number = _("定期購入 %(number)s", number=one.subscription.number)
    of = url_for("admin.show_subscription", subscription_id=one.subscription_id)
    return replace(row, about=(number, of), standing=_("削除済み") if one.subscription.deleted_at else state)


def _order(one: Order, _day: Day) -> Row:
    words = get_template_attribute("admin/orders/_words.html", "attention_words")
    whose = f"{one.code} {addressed(one.buyer_name, gettext=_)}"
    return Row(words(one.needs_attention), whose, one.ordered_at, url_for("admin.show_order", order_id=one.id))


def _kept_out(day: Day) -> Sequence[ColumnElement[bool]]:
    """Return the condition of recent orders whose buyer cannot log in or be mailed."""
    asked = unusable.PHONE if day.shop.login_element == "phone" else unusable.NAME
    marked = or_(*(Order.unusable.contains(field) for field in (asked, unusable.EMAIL)))
    return [UNUSABLE, marked, Order.status != OrderStatus.CANCELED, Order.ordered_at > day.recent]


def _unusable(one: Order, _day: Day) -> Row:
    whose = f"{one.code} {addressed(one.buyer_name, gettext=_)}"
    return Row(unusable_words(one.unusable), whose, one.ordered_at, url_for("admin.show_order", order_id=one.id))


def _not_understood(look: Callable[[Session, Shop, datetime], list[Words]]) -> Find:
    """Return the search for words of recent orders that are not understood."""

    def find(day: Day) -> tuple[int, list[Words]]:
        found = look(day.session, day.shop, day.recent)
        return len(found), found

    return find


def _words(one: Words, _day: Day) -> Row:
    counted = _("%(count)s件の注文", count=f"{one.orders:,}")
    return Row(one.words or _("（支払方法の記載なし）"), counted, one.since)


# --- subscriptions ----------------------------------------------------------------------------------------------------
def _whose(one: Subscription) -> str:
    return f"{one.number} {addressed(one.buyer_name, gettext=_)}"


def _subscription(one: Subscription, _day: Day) -> Row:
    address = url_for("admin.show_subscription", subscription_id=one.id)
    return Row(attention_words(one.attention_reason), _whose(one), one.attention_since, address)


def _late(one: Subscription, _day: Day) -> Row:
    words = _("お届け予定日を過ぎました。")
    address = url_for("admin.show_subscription", subscription_id=one.id)
    return Row(words, _whose(one), one.next_delivery_on, address)


def _slot(one: Subscription, day: Day) -> Row:
    words = _("時間帯「%(slot)s」は、指定できなくなりました。", slot=one.time_slot)
    since = slots_of(day.rules).lapsed_since(one.carrier, one.delivery_method, one.time_slot)
    return Row(words, _whose(one), since, url_for("admin.show_subscription", subscription_id=one.id))


def _lapsed(day: Day) -> tuple[int, Sequence[Any]]:
    ways = lapsed_ways(day.session, day.rules, tokyo_date(day.now))
    return stored(Subscription, Subscription.next_creation_on, lambda _day: [goes(ways)])(day) if ways else (0, ())


_find_late = stored(
    Subscription, Subscription.next_delivery_on, lambda day: due.waiting(day.shop.id, tokyo_date(day.now))
)


# --- what machines did not manage -------------------------------------------------------------------------------------
def _mail(one: OutboxMail, _day: Day) -> Row:
    words = get_template_attribute("admin/mails/_words.html", "message")
    return Row(words(one.message), one.recipient, one.created_at, url_for("admin.show_mail", mail_id=one.id))


def _import(one: ImportRun, _day: Day) -> Row:
    counted = f"{one.refused:,}"
    refused = _("%(count)s件の注文を取り込めませんでした。", count=counted)
    if one.kind == "shipments":
        refused = _("%(count)s件の出荷を取り込めませんでした。", count=counted)
    if one.kind == "subscriptions":
        refused = _("%(count)s件の定期購入を取り込めませんでした。", count=counted)
    words = _("ファイル全体を取り込めませんでした。") if one.refusal else refused
    return Row(words, one.file_name, one.started_at, url_for("admin.show_import", run_id=one.id))


def _paper(one: Rendition, _day: Day) -> Row:
    address = url_for("admin.show_order", order_id=one.order_id) if one.order_id else ""
    words = _("何度か試しましたが、まだできていません。")
    return Row(words, _("注文を開く") if address else "", one.requested_at, address)


WORK: Sequence[Kind] = (
    Kind(
        name="requests",
        label=_l("お客さまからのお問い合わせ"),
        todo=_l("返信するか、対応済みにする"),
        find=stored(
            BuyerRequest,
            BuyerRequest.created_at,
            lambda day: [BuyerRequest.answered_at.is_(None)],
            selectinload(BuyerRequest.order),
            selectinload(BuyerRequest.subscription),
        ),
        row=_request,
        page="admin.show_requests",
    ),
    Kind(
        name="bundles",
        label=_l("同梱するか決める注文"),
        todo=_l("同梱するかを決める"),
        find=stored(BundleCandidate, BundleCandidate.created_at, lambda day: [BundleCandidate.state == "open"]),
        row=lambda one, _day: Row(_("決めるまで出荷作業に移せません。"), _("同梱の候補"), one.created_at),
        page="admin.show_bundles",
        is_summed=True,
    ),
    Kind(
        name="orders",
        label=_l("確認が必要な注文"),
        todo=_l("注文を開いて確認する"),
        find=stored(Order, Order.ordered_at, lambda day: [NEEDS_ATTENTION]),
        row=_order,
        page="admin.show_orders",
        query={"attention": "1"},
    ),
    Kind(
        name="unusable",
        label=_l("お客さまがログインできない・メールの届かない注文"),
        todo=_l("注文を開き、購入者の情報を直す。それまで、ほかの人に開かれることはありません"),
        find=stored(Order, Order.ordered_at, _kept_out),
        row=_unusable,
    ),
    Kind(
        name="late",
        label=_l("お届け日を過ぎて、確認を待つ定期購入"),
        todo=_l("作る注文を確認する。それまで注文は作られず、請求もされません"),
        find=lambda day: _find_late(day) if due.generates(day.rules) else (0, ()),
        row=_late,
        page="admin.show_late_subscriptions",
    ),
    Kind(
        name="subscriptions",
        label=_l("対応が必要な定期購入"),
        todo=_l("定期購入を開いて対応する"),
        find=stored(
            Subscription,
            Subscription.attention_since,
            lambda day: [
                and_(Subscription.needs_attention),
                Subscription.deleted_at.is_(None),
                Subscription.attention_reason != Attention.LATE,
            ],
        ),
        row=_subscription,
        page="admin.show_subscriptions",
        query={"attention": "1"},
    ),
    Kind(
        name="slots",
        label=_l("お届け時間帯を指定できなくなった定期購入"),
        todo=_l("ほかの時間帯に変える。それまで、次の注文は時間帯の指定なしで作られます"),
        find=_lapsed,
        row=_slot,
        page="admin.show_subscriptions",
        query={"lapsed": "1"},
    ),
    Kind(
        name="payments",
        label=_l("領収書を出してよいか決まっていない支払方法"),
        todo=_l("設定の支払方法の対応表で、カード・銀行振込・代金引換などのどれに当たるかを決める"),
        find=_not_understood(recent_words.unknown),
        row=_words,
        page="admin.show_payment_words",
        query={"_anchor": "found"},
        role=Role.MANAGER,
    ),
    Kind(
        name="payment-states",
        label=_l("未設定の入金状況"),
        todo=_l("設定で意味を決める。それまで入金済みとして扱わず、お客さまは領収書を発行できません"),
        find=_not_understood(recent_words.unread),
        row=_words,
        page="admin.show_payment_words",
        query={"_anchor": "states"},
        role=Role.MANAGER,
    ),
    Kind(
        name="states",
        label=_l("意味の決まっていない、注文の状態の言葉"),
        todo=_l("設定で意味を決める。それまで注文の状態は変わらず、お客さまは領収書を発行できません"),
        find=_not_understood(recent_words.states),
        row=_words,
        page="admin.show_taught_words",
        query={"kind": "states"},
        role=Role.MANAGER,
    ),
    Kind(
        name="carriers",
        label=_l("配送会社の分からない言葉"),
        todo=_l("設定で、どの配送会社かを決める。それまで追跡ページへのリンクは出ません"),
        find=_not_understood(recent_words.carriers),
        row=_words,
        page="admin.show_taught_words",
        query={"kind": "carriers"},
        role=Role.MANAGER,
    ),
    Kind(
        name="mails",
        label=_l("届かなかった・届いたか分からないメール"),
        todo=_l("宛先を確認して、もう一度送る"),
        find=stored(
            OutboxMail,
            OutboxMail.created_at,
            lambda day: [
                OutboxMail.state.in_(["failed", "unknown"]),
                OutboxMail.settled_at.is_(None),
                OutboxMail.created_at > day.recent,
            ],
        ),
        row=_mail,
        page="admin.show_mails",
    ),
    Kind(
        name="imports",
        label=_l("取り込めなかった行のあるファイル"),
        todo=_l("行を直して取り込み直すか、対応済みにする"),
        find=stored(
            ImportRun,
            ImportRun.started_at,
            lambda day: [
                (ImportRun.refused > 0) | (ImportRun.refusal != ""),
                ImportRun.state.in_(["done", "refused"]),
                ImportRun.settled_at.is_(None),
                ImportRun.started_at > day.recent,
            ],
        ),
        row=_import,
        page="admin.show_imports",
    ),
    Kind(
        name="locks",
        label=_l("ログインが止まっている注文"),
        todo=_l("お客さまからご連絡があれば、解除する"),
        find=stored(LoginLock, LoginLock.counted_from, lambda day: [LoginLock.locked_until > day.now]),
        row=lambda one, _day: Row(_("続けて間違えたので、しばらくログインできません。"), _("ロック"), one.counted_from),
        page="admin.show_locks",
        is_summed=True,
    ),
    Kind(
        name="papers",
        label=_l("作れなかったPDF"),
        todo=_l("システムの担当者に知らせる"),
        find=stored(
            Rendition,
            Rendition.requested_at,
            lambda day: [Rendition.stored_at.is_(None), Rendition.attempts >= GIVEN_UP],
        ),
        row=_paper,
    ),
    Kind(
        name="exports",
        label=_l("書き出せなかったファイル"),
        todo=_l("もう一度書き出す"),
        find=stored(
            Export,
            Export.requested_at,
            lambda day: [Export.state == "failed", Export.requested_at > day.recent],
        ),
        row=lambda one, _day: Row(_("書き出しの途中で失敗しました。"), "", one.requested_at),
        page="admin.show_exports",
        role=Role.MANAGER,
    ),
)
