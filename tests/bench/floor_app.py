"""The lower bound: a bare Flask view that loads an order page's rows as entities and renders as large a page."""

import os
from uuid import UUID

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload

from portal.config import Settings
from portal.models import Order, Receipt, Shipment, Shop

PAGE = """<!doctype html><html><title>{{ shop.name }}</title><h1>{{ order.code }} {{ order.status }}</h1>
<p>{{ order.recipient_name }} {{ order.recipient_address }} {{ order.payment_method }} {{ order.total }}</p>
{% for shipment in order.shipments %}<h2>{{ shipment.carrier }} {{ shipment.tracking_number }} {{ shipment.shipped_on }}</h2>
<ol>{% for event in shipment.events %}<li>{{ event.occurred_at }} {{ event.words }} {{ event.place }}</li>{% endfor %}</ol>{% endfor %}
<table>{% for line in order.lines %}<tr><td>{{ line.name }}<td>{{ line.quantity }}<td>{{ line.unit_price }}<td>{{ line.amount }}<td>{{ line.tax_rate }}{% endfor %}</table>
{% for receipt in receipts %}<p>{{ receipt.number }}{% endfor %}<p>{{ filling }}</html>"""

app = Flask(__name__)
# The template is compiled once, as in any application.
app.jinja_loader = DictLoader({"page.html": PAGE})
engine = create_engine(Settings().database)
order_id = UUID(os.environ["BENCH_ORDER"])
filling = "x" * max(0, int(os.environ["BENCH_SIZE"]) - 1500)


@app.get("/")
def page() -> str:
    with Session(engine) as session:
        parcels = selectinload(Order.shipments)
        loads = [selectinload(Order.lines), parcels.selectinload(Shipment.events), parcels.selectinload(Shipment.items)]
        order = session.scalars(select(Order).where(Order.id == order_id).options(*loads)).one()
        shop = session.get_one(Shop, order.shop_id)
        receipts = session.scalars(select(Receipt).where(Receipt.order_id == order.id)).all()
        return render_template("page.html", order=order, shop=shop, receipts=receipts, filling=filling)


@app.get("/healthz")
def healthz() -> str:
    return "ok"
