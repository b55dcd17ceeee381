"""The document store in a folder: each file is written once, whole, and nowhere else."""

import io
import os
import shutil
import threading
from pathlib import Path

import pytest

from portal.adapters.document_folder import DocumentFolder

KEY = "0190c0ffee/receipt/0190beef-0123456789abcdef.pdf"


def test_what_was_put_is_got(store: DocumentFolder) -> None:
    store.put(KEY, b"%PDF-1.7")
    assert store.get(KEY) == b"%PDF-1.7"


def test_nothing_under_a_key_is_a_key_error(store: DocumentFolder) -> None:
    with pytest.raises(KeyError):
        store.get(KEY)


def test_a_large_file_is_kept_and_read_from_any_place(store: DocumentFolder) -> None:
    store.put_file(KEY, io.BytesIO(b"0123456789" * 300_000))
    with store.open(KEY) as opened:
        opened.seek(2_999_995)
        assert opened.read() == b"56789"
    with pytest.raises(KeyError):
        store.open("nothing/here")


def test_a_key_is_written_once(store: DocumentFolder) -> None:
    store.put(KEY, b"first")
    store.put(KEY, b"first")
    with pytest.raises(FileExistsError):
        store.put(KEY, b"second")
    assert store.get(KEY) == b"first"


def test_of_many_who_put_at_once_one_wins_and_all_read_the_same(store: DocumentFolder) -> None:
    refused = []

    def put(number: int) -> None:
        try:
            store.put(KEY, f"bytes of {number}".encode() * 10_000)
        except FileExistsError:
            refused.append(number)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = set(range(20)) - set(refused)
    assert store.get(KEY) == f"bytes of {winner}".encode() * 10_000


def test_deleting_twice_is_fine(store: DocumentFolder) -> None:
    store.put(KEY, b"x")
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(KeyError):
        store.get(KEY)


@pytest.mark.parametrize(
    "key",
    ["../secret", "a/../../secret", "/etc/passwd", "", ".", "a//b", "a/", "a\\b", "a\x00b", "~", "a/.hidden", "鍵"],
)
def test_a_key_never_leads_out_of_the_folder(store: DocumentFolder, tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_text("secret")
    for use in (store.get, store.delete, lambda name: store.put(name, b"x")):
        with pytest.raises(ValueError, match="not a document key"):
            use(key)
    assert (tmp_path / "secret").read_text() == "secret"


def test_keys_that_look_alike_are_two_files(store: DocumentFolder) -> None:
    store.put("a/b.pdf", b"one")
    store.put("a-b.pdf", b"two")
    store.put("a.b.pdf", b"three")
    assert [store.get(key) for key in ("a/b.pdf", "a-b.pdf", "a.b.pdf")] == [b"one", b"two", b"three"]


def test_a_crash_while_writing_leaves_nothing(
    store: DocumentFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_handle: int) -> None:
        raise OSError("the disk went away")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", crash)
        with pytest.raises(OSError, match="went away"):
            store.put(KEY, b"half")
    assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == []
    store.put(KEY, b"whole")
    assert store.get(KEY) == b"whole"


def test_files_are_spread_over_folders(store: DocumentFolder, tmp_path: Path) -> None:
    for number in range(300):
        store.put(f"shop/receipt/{number}.pdf", b"x")
    shards = list((tmp_path / "documents").iterdir())
    assert len(shards) > 100
    assert max(len(list(shard.iterdir())) for shard in shards) < 20


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="documents"):
        DocumentFolder(tmp_path / "documents").check()


def test_a_full_disk_is_noticed_before_it_is_needed(store: DocumentFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    store.check()
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(OSError, match="No space"):
        store.check()
