"""One file per noun. Importing this package registers every table with `Base.metadata`."""

from portal.models.access import BuyerRequest, BuyerSession, LoginCode, LoginFailure, LoginLock, SessionOrder
from portal.models.audit import AuditEntry, AuditValue
from portal.models.base import Base
from portal.models.importing import ImportRow, ImportRun
from portal.models.mail import OutboxMail
from portal.models.order import Order, OrderLine, OrderStatus
from portal.models.receipt import Receipt
from portal.models.rendition import Rendition
from portal.models.shipment import OrderShipment, Shipment, ShipmentItem, ShipmentStatus, TrackingEvent
from portal.models.shop import ProductTaxRate, ReceiptCounter, Shop

__all__ = [
    "AuditEntry",
    "AuditValue",
    "Base",
    "BuyerRequest",
    "BuyerSession",
    "ImportRow",
    "ImportRun",
    "LoginCode",
    "LoginFailure",
    "LoginLock",
    "Order",
    "OrderLine",
    "OrderShipment",
    "OrderStatus",
    "OutboxMail",
    "ProductTaxRate",
    "Receipt",
    "ReceiptCounter",
    "Rendition",
    "SessionOrder",
    "Shipment",
    "ShipmentItem",
    "ShipmentStatus",
    "Shop",
    "TrackingEvent",
]
