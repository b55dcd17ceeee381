"""Logo and seal: uploaded, shown and removed; issued receipts keep theirs."""

import io
import re

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from admin.settings import pictures
from admin.settings.pictures import LARGEST_BODY
from portal.extensions import writing_session
from portal.models import AuditEntry, Receipt, Shop
from portal.shops.pictures import MAX_BYTES, PictureProblem, redrawn
from portal.values.roles import Role
from tests.admin.settings.forms_as_sent import SETTINGS
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token, submit
from tests.mypage.signing_in import sign_in as sign_in_buyer
from tests.shops.pictures import animated_png, bomb, file_of, jpeg_with_exif, noise

PICTURES = f"{SETTINGS}/pictures"


def upload(client: FlaskClient, name: str, content: bytes, file_name: str = "logo.png") -> TestResponse:
    token = csrf_token(client, PICTURES)
    picture = FileStorage(io.BytesIO(content), file_name)
    # Encoded here, because the test client leaves the temporary file of a large upload open.
    boundary, body = encode_multipart({"csrf_token": token, "picture": picture})
    content_type = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"{PICTURES}/{name}", data=body, content_type=content_type)


def press_remove(client: FlaskClient, name: str) -> TestResponse:
    return client.post(f"{PICTURES}/{name}/remove", data={"csrf_token": csrf_token(client, PICTURES)})


def fresh(session: Session, shop: Shop) -> Shop:
    session.rollback()
    return session.get_one(Shop, shop.id, populate_existing=True)


@pytest.mark.parametrize(
    "content",
    [
        file_of(Image.new("RGBA", (120, 60), (200, 30, 40, 128))),
        jpeg_with_exif(orientation=6),
        file_of(Image.new("CMYK", (100, 50), (0, 255, 255, 0)), "JPEG"),
        animated_png(),
    ],
    ids=["transparent PNG", "JPEG with EXIF", "CMYK JPEG", "animated PNG"],
)
def test_a_picture_is_kept_as_a_plain_png_and_shown_to_the_buyer(suzuki: FlaskClient, content: bytes) -> None:
    assert upload(suzuki, "logo", content).status_code == 303
    shown = suzuki.application.test_client().get("/sakura/picture/logo.png")
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.data)).format == "PNG"
    assert b"Exif" not in shown.data
    assert "/sakura/picture/logo.png?v=" in suzuki.application.test_client().get("/sakura/").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "画像のファイルを選んでください"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG か JPEG の画像ではない"),
        (b"a text by the name of a picture", "PNG か JPEG の画像ではない"),
        (file_of(noise(200, 200))[:4000], "途中で切れているか、壊れています"),
        (bomb(30_000, 30_000), "縦横が大きすぎます"),
        (b"\x89PNG" + b"\x00" * MAX_BYTES, "2MBまで"),
    ],
    ids=["0 bytes", "SVG", "text", "truncated", "bomb", "too many bytes"],
)
def test_what_is_no_picture_is_refused_beside_its_field(
    suzuki: FlaskClient, session: Session, shop: Shop, content: bytes, words: str
) -> None:
    answer = upload(suzuki, "seal", content)
    assert answer.status_code == 422
    assert re.search(rf'id="seal-error">[^<]*{words}', answer.text)
    assert fresh(session, shop).seal_key is None


def test_without_a_file_nothing_happens(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    answer = suzuki.post(f"{PICTURES}/logo", data={"csrf_token": csrf_token(suzuki, PICTURES)})
    assert answer.status_code == 422
    assert "画像のファイルを選んでください" in answer.text


def test_a_body_beyond_all_measure_is_turned_away_unread(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    answer = upload(suzuki, "logo", b"\x89PNG" + b"\x00" * LARGEST_BODY)
    assert answer.status_code == 413
    assert "ファイルが大きすぎました" in answer.text
    assert "一度に送れるファイルは 2 MBまでです" in answer.text
    assert "何も変更されていません" in answer.text
    assert fresh(session, shop).logo_key is None


def test_where_no_file_is_sent_too_much_is_too_much_text(suzuki: FlaskClient) -> None:
    answer = suzuki.post("/admin/shops/sakura/settings/issuer", data={"issuer_name": "あ" * 100_000})
    assert answer.status_code == 413
    assert "文章が長すぎました" in answer.text
    assert "ファイル" not in answer.text


def test_others_go_on_writing_while_a_picture_is_drawn(
    suzuki: FlaskClient, session: Session, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn_meanwhile(content: bytes, kind: str) -> bytes | PictureProblem:
        # If the upload held SQLite's only write lock, this would wait for half a minute and fail.
        with writing_session() as somebody:
            somebody.execute(update(Shop).values(contact_hours="10時〜17時"))
        return redrawn(content, kind)

    monkeypatch.setattr(pictures, "redrawn", drawn_meanwhile)
    assert upload(suzuki, "logo", jpeg_with_exif(orientation=1)).status_code == 303
    assert (fresh(session, shop).contact_hours, bool(fresh(session, shop).logo_key)) == ("10時〜17時", True)


def test_the_same_picture_twice_changes_nothing(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    for _ in range(2):
        assert upload(suzuki, "logo", jpeg_with_exif(orientation=1)).status_code == 303
    assert fresh(session, shop).settings_version == 2
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "shop.settings_changed")).one()
    assert entry.fields == ["logo_key"]


def test_a_receipt_keeps_the_seal_it_was_issued_with(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    assert upload(suzuki, "seal", jpeg_with_exif(orientation=1)).status_code == 303
    first = fresh(session, shop).seal_key
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, order)
    texts = {"addressee": "山田 花子", "honorific": "様", "proviso": "お品代として", "language": "ja"}
    assert submit(buyer, f"/sakura/orders/{order.id}/receipt", texts).status_code == 303

    assert press_remove(suzuki, "seal").status_code == 303
    assert fresh(session, shop).seal_key is None
    receipt = session.scalars(select(Receipt)).one()
    assert receipt.snapshot["issuer"]["seal"] == first
    assert suzuki.application.extensions["ports"].documents.get(first)
    assert suzuki.get(f"{PICTURES}/seal.png").status_code == 404


def test_the_seal_is_shown_to_the_manager_and_stays_in_no_cache(suzuki: FlaskClient) -> None:
    assert upload(suzuki, "seal", jpeg_with_exif(orientation=1)).status_code == 303
    shown = suzuki.get(f"{PICTURES}/seal.png")
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "private, no-store")
    assert suzuki.application.test_client().get(f"{PICTURES}/seal.png").status_code == 303


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_pictures_are_the_managers(client: FlaskClient, cast: Cast, shop: Shop, role: Role) -> None:
    staff = cast.staff(shop, role=role)
    cast.session.commit()
    sign_in(client, staff)
    token = csrf_token(client, "/admin/account")
    data = {"csrf_token": token, "picture": (io.BytesIO(jpeg_with_exif(1)), "logo.jpg")}
    assert client.post(f"{PICTURES}/logo", data=data).status_code == 403
    assert client.post(f"{PICTURES}/logo/remove", data={"csrf_token": token}).status_code == 403


def test_an_operator_sees_the_seal_on_the_receipt_that_is_about_to_be_issued(
    suzuki: FlaskClient, cast: Cast, shop: Shop
) -> None:
    assert upload(suzuki, "seal", jpeg_with_exif(orientation=1)).status_code == 303
    operator, order = cast.staff(shop, role=Role.OPERATOR, email="tanaka@example.jp"), cast.order(shop)
    cast.session.commit()
    desk = suzuki.application.test_client()
    sign_in(desk, operator)
    sheet = desk.get(f"/admin/shops/{shop.slug}/orders/{order.id}/receipts/new").text
    drawn = re.search(r'src="([^"]*seal[^"]*)"', sheet)
    assert drawn
    assert desk.get(drawn[1]).status_code == 200
