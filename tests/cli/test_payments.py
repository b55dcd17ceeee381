"""Choosing at the terminal which payment company a shop works with."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, SubscriptionRules
from tests.cast import Cast


def test_a_shop_gets_a_company_that_is_set_up_and_no_other(app: Flask, session: Session, cast: Cast) -> None:
    cast.rules(cast.shop())
    session.commit()
    ports = app.extensions["ports"]
    run = app.test_cli_runner().invoke
    refused = run(args=["choose-gateway", "stripe", "--shop", "sakura"])
    assert refused.exit_code == 1
    assert "there: sandbox" in refused.output
    app.extensions["ports"] = replace(ports, gateways={"stripe": ports.gateways["sandbox"]})
    for _ in range(2):
        assert run(args=["choose-gateway", "stripe", "--shop", "sakura"]).exit_code == 0
    assert session.scalars(select(SubscriptionRules)).one().gateway == "stripe"
    assert len(session.scalars(select(AuditEntry).filter_by(action="subscription_rules.changed")).all()) == 1
