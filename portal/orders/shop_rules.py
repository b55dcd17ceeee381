"""A shop's tax rates and rounding, read once for many orders."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ProductTaxRate, Shop
from portal.orders.resolving import ShopRules
from portal.values.tax import PointsMode, Rounding


def rules_of(session: Session, shop: Shop) -> ShopRules:
    rates = select(ProductTaxRate.product_code, ProductTaxRate.rate).where(ProductTaxRate.shop_id == shop.id)
    return ShopRules(
        product_rates={row.product_code: row.rate for row in session.execute(rates)},
        default_rate=shop.default_tax_rate,
        fee_rate=shop.fee_tax_rate,
        rounding=Rounding(shop.rounding),
        points_mode=PointsMode(shop.points_mode),
    )
