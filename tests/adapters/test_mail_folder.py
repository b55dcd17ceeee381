"""Mails as files, for development."""

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from portal.adapters.mail_folder import MailFolder
from portal.ports import Mail

MAIL = Mail(
    "<1@example.jp>", "さくら茶舗 <shop@example.jp>", "hanako@example.jp", "確認コード", "482913\n", "<p>482913</p>"
)


def test_a_mail_becomes_a_file_that_mail_programs_open(tmp_path: Path) -> None:
    MailFolder(tmp_path / "mails").send(MAIL)
    (path,) = (tmp_path / "mails").iterdir()
    assert path.suffix == ".eml"
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["Subject"] == "確認コード"
    assert message.get_body(("plain",)).get_content().strip() == "482913"


def test_the_same_mail_again_is_one_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path)
    folder.send(MAIL)
    folder.send(MAIL)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_message_id_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "mails"
    MailFolder(inside).send(Mail("<../../x@example.jp>", *list(vars(MAIL).values())[1:6]))
    assert [path.name for path in tmp_path.iterdir()] == ["mails"]
    assert len(list(inside.iterdir())) == 1


def test_a_crash_while_writing_leaves_no_half_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(source: object, target: object) -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr(os, "replace", crash)
    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="went away"):
        MailFolder(tmp_path).send(MAIL)
    assert list(tmp_path.glob("*.eml")) == []
