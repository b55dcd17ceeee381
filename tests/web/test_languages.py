"""The language of a page, and how it is remembered."""

from flask.testing import FlaskClient

from tests.cast import Cast


def test_the_language_that_was_chosen_once_stays(client: FlaskClient, cast: Cast) -> None:
    cast.shop()
    cast.session.commit()
    client.get("/sakura/?lang=en")
    assert '<html lang="en">' in client.get("/sakura/").text
