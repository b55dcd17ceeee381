"""One file per noun. Importing this package registers every table with `Base.metadata`."""

from portal.models.access import BuyerRequest, BuyerSession, LoginCode, LoginFailure, LoginLock, SessionOrder
from portal.models.audit import AuditEntry, AuditValue
from portal.models.base import Base
from portal.models.bundling import BundleCandidate, BundleOrder
from portal.models.export import Export
from portal.models.importing import ImportRow, ImportRun, ShopMapping
from portal.models.mail import OutboxMail
from portal.models.mail_text import MailText
from portal.models.order import Order, OrderLine, OrderStatus
from portal.models.receipt import Receipt
from portal.models.rendition import Rendition
from portal.models.return_invoice import ReturnInvoice
from portal.models.shipment import OrderShipment, Shipment, ShipmentItem, ShipmentStatus, TrackingEvent
from portal.models.shop import ProductTaxRate, ReceiptCounter, Shop
from portal.models.staff import Membership, RecoveryCode, Role, Staff, StaffLink, StaffLock, StaffSession

__all__ = [
    "AuditEntry",
    "AuditValue",
    "Base",
    "BundleCandidate",
    "BundleOrder",
    "BuyerRequest",
    "BuyerSession",
    "Export",
    "ImportRow",
    "ImportRun",
    "LoginCode",
    "LoginFailure",
    "LoginLock",
    "MailText",
    "Membership",
    "Order",
    "OrderLine",
    "OrderShipment",
    "OrderStatus",
    "OutboxMail",
    "ProductTaxRate",
    "Receipt",
    "ReceiptCounter",
    "RecoveryCode",
    "Rendition",
    "ReturnInvoice",
    "Role",
    "SessionOrder",
    "Shipment",
    "ShipmentItem",
    "ShipmentStatus",
    "Shop",
    "ShopMapping",
    "Staff",
    "StaffLink",
    "StaffLock",
    "StaffSession",
    "TrackingEvent",
]
