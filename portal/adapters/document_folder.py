"""Document store in a folder. A key is written once; readers never see half a file, and a crash leaves none."""

import errno
import filecmp
import hashlib
import io
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

KEY = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
"""Keys: parts of plain characters, no `..` and no leading slash or dot, so that none leads out of the folder."""

LEAST_FREE = 50_000_000
"""Bytes that must be free for the store to be ready; a file of this size may come at any time."""


class DocumentFolder:
    """Folder with 256 subfolders, chosen by a digest of the key, so that none grows too long to list."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, content: bytes) -> None:
        """Store the content. The same content again is fine; raise FileExistsError for another one under this key."""
        self.put_file(key, io.BytesIO(content))

    def put_file(self, key: str, source: BinaryIO) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
            try:
                # Unlike rename, link never replaces what is there.
                path.hardlink_to(unfinished)
            except FileExistsError:
                if not filecmp.cmp(path, unfinished, shallow=False):
                    raise
            _sync_folder(path.parent)
        finally:
            Path(unfinished).unlink()

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise KeyError(key) from None

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise KeyError(key) from None

    def delete(self, key: str) -> None:
        """Delete the document, if there is one."""
        self._path(key).unlink(missing_ok=True)

    def check(self) -> None:
        """Raise OSError if documents cannot be stored."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(self._folder)
        if shutil.disk_usage(self._folder).free < LEAST_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        # Rights alone say nothing of a file system that is mounted read-only.
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".unfinished-") as probe:
            probe.write(b"1")
            probe.flush()

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"not a document key: {key!r}")
        shard = hashlib.sha256(key.encode()).hexdigest()[:2]
        return self._folder / shard / key.replace("/", "~")


def _sync_folder(folder: Path) -> None:
    """Sync the folder, without which the file's name is not as durable as its content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
