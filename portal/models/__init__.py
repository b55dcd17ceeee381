"""Tables, one file per noun. Importing this package registers every table with `Base.metadata`."""

from portal.models import subscription_counts as subscription_counts
from portal.models.access import BuyerRequest, BuyerSession, LoginCode, LoginFailure, LoginLock, SessionOrder
from portal.models.audit import AuditEntry, AuditValue
from portal.models.base import Base
from portal.models.bundling import BundleCandidate, BundleOrder
from portal.models.card import Card, CardRegistration
from portal.models.export import Export
from portal.models.heartbeat import Heartbeat
from portal.models.importing import ImportRow, ImportRun, ShopMapping
from portal.models.mail import OutboxMail
from portal.models.mail_text import MailText
from portal.models.money_movement import MoneyMovement
from portal.models.order import Order, OrderLine
from portal.models.paper import Paper
from portal.models.payment import PaymentAttempt
from portal.models.receipt import Receipt
from portal.models.rendition import Rendition
from portal.models.return_invoice import ReturnInvoice
from portal.models.shipment import OrderShipment, Shipment, ShipmentItem, TrackingEvent
from portal.models.shop import ProductTaxRate, ReceiptCounter, Shop
from portal.models.staff import Membership, RecoveryCode, Staff, StaffLink, StaffLock, StaffSession
from portal.models.subscription import (
    CustomAnswer,
    CustomField,
    FieldCategory,
    GenerationRun,
    ListedAddress,
    StopReason,
    Subscription,
    SubscriptionItem,
    SubscriptionLabel,
    SubscriptionLabelling,
    SubscriptionOccurrence,
)
from portal.models.subscription_change import OfferedItem, SubscriptionChange
from portal.models.subscription_rules import ClosedDay, SubscriptionRules

__all__ = [
    "AuditEntry",
    "AuditValue",
    "Base",
    "BundleCandidate",
    "BundleOrder",
    "BuyerRequest",
    "BuyerSession",
    "Card",
    "CardRegistration",
    "ClosedDay",
    "CustomAnswer",
    "CustomField",
    "Export",
    "FieldCategory",
    "GenerationRun",
    "Heartbeat",
    "ImportRow",
    "ImportRun",
    "ListedAddress",
    "LoginCode",
    "LoginFailure",
    "LoginLock",
    "MailText",
    "Membership",
    "MoneyMovement",
    "OfferedItem",
    "Order",
    "OrderLine",
    "OrderShipment",
    "OutboxMail",
    "Paper",
    "PaymentAttempt",
    "ProductTaxRate",
    "Receipt",
    "ReceiptCounter",
    "RecoveryCode",
    "Rendition",
    "ReturnInvoice",
    "SessionOrder",
    "Shipment",
    "ShipmentItem",
    "Shop",
    "ShopMapping",
    "Staff",
    "StaffLink",
    "StaffLock",
    "StaffSession",
    "StopReason",
    "Subscription",
    "SubscriptionChange",
    "SubscriptionItem",
    "SubscriptionLabel",
    "SubscriptionLabelling",
    "SubscriptionOccurrence",
    "SubscriptionRules",
    "TrackingEvent",
]
