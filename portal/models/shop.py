"""店舗: a shop with the settings of its staff."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.models.base import Base, Keyed, OfShop
from portal.values import slugs
from portal.values.languages import DEFAULT, LANGUAGES


class Shop(Keyed, Base):
    __tablename__ = "shop"
    __table_args__ = (
        # Rakuten hides real phone numbers from shops, so a phone number proves nothing there.
        CheckConstraint("NOT (platform = 'rakuten' AND login_element = 'phone')", name="rakuten_logs_in_by_name"),
        CheckConstraint("login_element IN ('name', 'phone')", name="login_element"),
        CheckConstraint("receipt_policy IN ('unlimited', 'once', 'reissue')", name="receipt_policy"),
        CheckConstraint("points_mode IN ('discount', 'means')", name="points_mode"),
        CheckConstraint("rounding IN ('down', 'half_up', 'up')", name="rounding"),
    )

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    platform: Mapped[str] = mapped_column(String(20), default="own")
    """Channel of the shop's orders: own, rakuten, yahoo …; decides which settings are possible."""

    login_element: Mapped[str] = mapped_column(String(10), default="name")
    derive_readings: Mapped[bool] = mapped_column(default=True)
    given_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True if the channel writes names given name first; they are turned where they are shown, never in what is stored."""
    access_days: Mapped[int | None]
    """Days that the page stays open after the last ship date; None for no limit."""
    second_step: Mapped[dict[str, bool]] = mapped_column(default=dict)
    """Action (personal_data, other_orders, receipt, subscription) → whether the e-mailed code is required.
    A missing action has the default of `access.rules.second_step.DEFAULTS`."""

    receipts_allowed: Mapped[bool] = mapped_column(default=True)
    receipt_policy: Mapped[str] = mapped_column(String(10), default="reissue")
    marketplace_receipts: Mapped[bool] = mapped_column(default=False)
    """True if buyers may take our receipt although the mall gives one (`receipts.rules.givers.MALLS`)."""
    receipt_answers: Mapped[dict[str, list[str]]] = mapped_column(default=dict, server_default="{}")
    """Payment (a key of `receipts.rules.givers`) → whether its buyers may issue the receipt ("yes", "no", or "" as usual),
    and the sentence that they read if not."""
    delivery_notes_allowed: Mapped[bool] = mapped_column(default=False)
    gift_amounts: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the delivery note carries amounts, too, where the parcel goes to somebody other than the buyer."""
    receipt_copies: Mapped[int | None]
    """Most copies of a receipt that a buyer may take after the first one, None for any number."""
    receipt_months: Mapped[int | None]
    """Months after the first download in which copies can be taken, None for as long as the page opens."""
    fiscal_month: Mapped[int | None]
    """Last month of the fiscal year, None if nobody said it; papers are kept by it."""
    ten_years: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether papers are kept for 10 years in place of 7."""
    default_proviso: Mapped[str] = mapped_column(String(100), default=LANGUAGES[DEFAULT].proviso)
    provisos: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Other language → what receipts in it are for; if missing, what the language's row says."""
    rounding: Mapped[str] = mapped_column(String(10), default="down")
    points_mode: Mapped[str] = mapped_column(String(10), default="discount")
    default_tax_rate: Mapped[int | None]
    """Percent for lines whose rate neither the file nor the product table gives; None if unknown: staff decide."""
    fee_tax_rate: Mapped[int | None]
    """Percent for shipping and fees if the file gives none."""
    payment_words: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Shop's own words → PaymentClass value; they take precedence over the built-in table."""
    payment_state_words: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")
    """Shop's own words → PaymentState value, for words that the built-in table does not know."""
    prepay_account: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Account for bank transfers, as buyers of unpaid orders read it; empty: they ask the shop."""
    prepay_days: Mapped[int | None]
    """Days from the order within which it is to be paid in advance; None if the shop names no deadline."""

    status_words: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")
    """Shop's own words → OrderStatus value, or `SAYS_NOTHING`, for words that the mapping of a file does not know."""
    carrier_words: Mapped[dict[str, str]] = mapped_column(default=dict, server_default="{}")
    """Shop's own words → carrier code, for words of parcels that the built-in table does not know."""

    issuer_name: Mapped[str] = mapped_column(String(100), default="")
    issuer_postcode: Mapped[str] = mapped_column(String(8), default="")
    issuer_address: Mapped[str] = mapped_column(String(200), default="")
    issuer_phone: Mapped[str] = mapped_column(String(20), default="")
    issuer_email: Mapped[str] = mapped_column(String(254), default="")
    registration_number: Mapped[str] = mapped_column(String(14), default="")
    """適格請求書発行事業者の登録番号, T + 13 digits; empty if not registered."""
    logo_key: Mapped[str | None] = mapped_column(String(200))
    seal_key: Mapped[str | None] = mapped_column(String(200))
    """Key of a PNG file in the document store, as is `logo_key`."""

    accent: Mapped[str] = mapped_column(String(7), default="#1f5f8b")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    contact_hours: Mapped[str] = mapped_column(String(60), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_url: Mapped[str] = mapped_column(String(300), default="")
    site_url: Mapped[str] = mapped_column(String(300), default="")
    notice_addresses: Mapped[list[str]] = mapped_column(default=list)
    mail_from: Mapped[str] = mapped_column(String(254), default="")
    tells_orders_since: Mapped[datetime | None]
    """Time from which new orders are confirmed by mail (order_received); None if the cart does that."""
    tells_cancellations_since: Mapped[datetime | None]
    """Same for canceled orders (order_canceled), as the two below are for the mails of their names."""
    tells_attempts_since: Mapped[datetime | None]
    tells_requests_since: Mapped[datetime | None]
    languages: Mapped[list[str]] = mapped_column(default=lambda: list(LANGUAGES))
    """Languages that the buyer's pages offer, Japanese always among them."""
    bundling: Mapped[bool] = mapped_column(default=False)
    """True if orders to the same door are proposed for one parcel (同梱候補) and held until staff decide."""
    totp_demanded: Mapped[bool] = mapped_column(default=False)
    """True if staff can sign in only with an authenticator app."""
    settings_version: Mapped[int] = mapped_column(default=1)
    """Number that rises with each change of the settings, so that an older form overwrites nothing."""
    rates_said_at: Mapped[datetime | None]
    """Time when the shop last gave more tax rates; None once the worker has looked at the orders that wait for one."""

    @validates("slug")
    def slug_leaves_the_sites_own_addresses(self, _column: str, slug: str) -> str:
        return slugs.checked(slug)


class ProductTaxRate(OfShop, Base):
    """Tax rate of a shop's product, used if the order file gives none."""

    __tablename__ = "product_tax_rate"
    __table_args__ = (UniqueConstraint("shop_id", "product_code"),)

    product_code: Mapped[str] = mapped_column(String(100))
    rate: Mapped[int]


class ReceiptCounter(OfShop, Base):
    """Counter of a shop's gapless receipt numbers; the row is locked to take one."""

    __tablename__ = "receipt_counter"
    __table_args__ = (UniqueConstraint("shop_id"),)

    last_number: Mapped[int] = mapped_column(default=0)
