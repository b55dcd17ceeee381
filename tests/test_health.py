from flask.testing import FlaskClient


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


def test_an_unknown_shop_is_not_found(client: FlaskClient) -> None:
    assert client.get("/no-such-shop/").status_code == 404
