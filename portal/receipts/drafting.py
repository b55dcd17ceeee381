"""Drafts of receipts from an order, shared by preview and issuing. Works on loaded rows only: no session, no clock."""

from dataclasses import dataclass
from datetime import date

from portal.models import Order, Shipment, Shop
from portal.orders.rates import charges_of
from portal.orders.rules.amounts import Amounts, settle_order
from portal.payments.reading import class_of
from portal.payments.rules.balance import after_refunds, given_back
from portal.payments.rules.methods import PaymentClass
from portal.receipts.documents import DocumentLine, Issuer, RateTotal, ReceiptDocument
from portal.receipts.documents.parts import Means
from portal.receipts.documents.receipt import Honorific, Language
from portal.receipts.documents.wording import WORDS
from portal.receipts.rules.permissions import number_on_receipt
from portal.values.languages import DEFAULT, LANGUAGES
from portal.values.states import ShipmentStatus
from portal.values.tax import PointsMode, Rounding, Settlement, included_tax, is_reduced


@dataclass(frozen=True)
class Texts:
    """Texts of a receipt that the buyer may set."""

    addressee: str
    honorific: Honorific
    proviso: str
    language: Language


def proviso_of(shop: Shop, language: Language) -> str:
    """Return what the shop's receipts are for, in the receipt's language."""
    if language == DEFAULT:
        return shop.default_proviso
    return shop.provisos.get(language) or LANGUAGES[language].proviso


def proviso_in(shop: Shop, proviso: str, language: Language) -> str:
    """Return the proviso, but the shop's own words in the receipt's language if they stand there in another."""
    own = {proviso_of(shop, code) for code in LANGUAGES}
    return proviso_of(shop, language) if proviso in own else proviso


def live_parcels(order: Order) -> list[Shipment]:
    return [parcel for parcel in order.shipments if parcel.status != ShipmentStatus.CANCELED]


def transaction_on(order: Order) -> date | None:
    """Return the 取引日: the last ship date of the live shipments, or None if none is known."""
    return max((parcel.shipped_on for parcel in live_parcels(order) if parcel.shipped_on), default=None)


def amounts_of(shop: Shop, order: Order) -> Amounts:
    lines = ((line.tax_rate, line.amount) for line in order.lines)
    return settle_order(lines, charges_of(order), PointsMode(shop.points_mode))


def receiptable(order: Order) -> int:
    """Return the yen that the buyer's receipt comes to: what was to be paid, without what was given back."""
    return order.total - given_back(order.total, order.received, order.refunded)


def most_receipted(order: Order) -> int:
    """Return the yen that all receipts may come to: what was received, where it was entered, if that is more.

    A file may carry no amounts, and more may have come in than was ordered.
    """
    return max(order.total, order.received) - order.refunded


def settlement_of(shop: Shop, order: Order) -> Settlement | None:
    """Return the settlement of what may be receipted, None if it cannot be mapped to rates."""
    back = given_back(order.total, order.received, order.refunded)
    # Of a refund that is a surplus in part nobody said which part of which rate the rest is.
    rates = {int(rate): yen for rate, yen in order.refunded_rates.items()} if back == order.refunded else {}
    return after_refunds(amounts_of(shop, order).settlement, back, rates)


def untaxed_of(order: Order) -> tuple[str, ...]:
    """Return the reasons for which lines of the order bear no tax, each once."""
    return tuple(dict.fromkeys(line.untaxed for line in order.lines if line.tax_rate == 0 and line.untaxed))


def rate_rows(settlement: Settlement, shop: Shop, on: date, untaxed: tuple[str, ...] = ()) -> tuple[RateTotal, ...]:
    """Return a row per rate, its tax rounded once. A rate that points or discounts brought to zero is left out.

    `untaxed`: why something bears no tax (`untaxed_of`).
    """
    return tuple(
        RateTotal(rate, is_reduced(rate, on), total, included_tax(total, rate, Rounding(shop.rounding)))
        if rate
        else RateTotal(rate, reduced=False, total=total, untaxed=untaxed)
        for rate, total in settlement.bases.items()
        if total
    )


def document_lines(
    shop: Shop, order: Order, on: date, language: Language = "ja", *, refunded: int = 0
) -> tuple[DocumentLine, ...]:
    """List the products, then charges and deductions, on a receipt with what was given back.

    Points used as payment are not a line: see `points_paid`.
    """
    points_off = order.points_used if shop.points_mode == PointsMode.DISCOUNT else 0
    return product_lines(order, on) + _charge_lines(order, points_off, refunded, on, language)


def product_lines(order: Order, on: date) -> tuple[DocumentLine, ...]:
    return tuple(
        DocumentLine(
            name=line.name,
            quantity=line.quantity,
            # A price without tax cannot stand beside an amount with tax: print the amount only.
            unit_price=line.unit_price if line.unit_price * line.quantity == line.amount else None,
            amount=line.amount,
            reduced=line.tax_rate is not None and is_reduced(line.tax_rate, on),
            rate=line.tax_rate,
        )
        for line in order.lines
    )


def _charge_lines(
    order: Order, points_off: int, refunded: int, on: date, language: Language
) -> tuple[DocumentLine, ...]:
    names = WORDS[language].charges
    reduced = order.fee_rate is not None and is_reduced(order.fee_rate, on)
    charged = {"shipping": order.shipping_fee, "fees": order.payment_fee + order.other_fee}
    taken_off = {"discount": order.discount, "coupon": order.coupon, "points": points_off, "refund": refunded}
    return tuple(
        DocumentLine(name=names[kind], amount=amount, reduced=reduced, rate=order.fee_rate)
        for kind, amount in charged.items()
        if amount
    ) + tuple(DocumentLine(name=names[kind], amount=-amount) for kind, amount in taken_off.items() if amount)


def _is_by_card(shop: Shop, order: Order) -> bool:
    """Return whether all of it was paid on credit: by what was entered, else by the order's payment method."""
    if order.received:
        return order.received_by_card >= min(receiptable(order), order.received)
    return class_of(shop, order) is PaymentClass.CARD


def _card_part(order: Order) -> int | None:
    """Return the yen on credit where the payments that were entered say that only a part was."""
    return order.received_by_card if 0 < order.received_by_card < min(receiptable(order), order.received) else None


def _means(shop: Shop, order: Order) -> Means:
    if not order.mall_coupon:
        return "points"
    return "both" if order.points_used and shop.points_mode == PointsMode.MEANS else "mall_coupon"


def issuer(shop: Shop, *, registered: bool) -> Issuer:
    address = tuple(
        part for part in (f"〒{shop.issuer_postcode}" if shop.issuer_postcode else "", shop.issuer_address) if part
    )
    return Issuer(
        name=shop.issuer_name or shop.name,
        address=address,
        phone=shop.issuer_phone,
        email=shop.issuer_email,
        registration_number=shop.registration_number if registered else "",
        logo=shop.logo_key,
        seal=shop.seal_key,
    )


def draft_receipt(shop: Shop, order: Order, texts: Texts, today: date) -> ReceiptDocument:
    """Draft the receipt without number, day of issue and QR address, which are given at issuing.

    If no ship date is known, `today` is the 取引日. If the amount cannot be mapped to rates, neither rates nor
    registration number are printed.
    """
    on = transaction_on(order) or today
    settlement = settlement_of(shop, order)
    by_card = _is_by_card(shop, order)
    return ReceiptDocument(
        number="",
        issued_on=None,
        transaction_on=on,
        addressee=texts.addressee,
        honorific=texts.honorific,
        proviso=texts.proviso,
        amount=receiptable(order),
        paid_by_card=by_card,
        payment_words=None if by_card else order.payment_method or None,
        card_amount=_card_part(order),
        rates=rate_rows(settlement, shop, on, untaxed_of(order)) if settlement else (),
        points_paid=(settlement.points or None) if settlement else None,
        paid_with=_means(shop, order),
        issuer=issuer(
            shop,
            registered=number_on_receipt(
                has_number=bool(shop.registration_number),
                amount=receiptable(order),
                order_amount=receiptable(order),
                mapped_to_rates=settlement is not None,
            ),
        ),
        order_code=order.code,
        lines=document_lines(shop, order, on, texts.language, refunded=order.total - receiptable(order)),
        language=texts.language,
    )
