"""Compression by gzip of pages and static text files, so that the first visit stays light without a proxy in front.

Written here because the ready-made extension brings Brotli and zstd builds for what the standard library can do.
As to BREACH: our cookies are SameSite=Lax, so another site cannot make the browser fetch a page with them again and
again, and the signed part of the CSRF token changes every second.
"""

import gzip

from flask import Flask, Response, request

TYPES = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
WORTH_IT = 500
"""Smallest size in bytes that is compressed; below it the header costs more than is saved."""
PAGE_LEVEL, FILE_LEVEL = 4, 9
"""Levels of gzip: a page is compressed for each reader, a file once for all."""


def compress(response: Response, files: dict[str, bytes]) -> Response:
    if response.mimetype not in TYPES or response.status_code in (206, 304) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.method == "HEAD" or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < WORTH_IT:
        return response
    etag, _ = response.get_etag()
    if request.endpoint == "static" and etag:
        # Kept by ETag, not by address: one file answers to as many addresses (a/../b, ?x) as someone types.
        content = files.get(etag) or files.setdefault(etag, gzip.compress(plain, FILE_LEVEL, mtime=0))
    else:
        content = gzip.compress(plain, PAGE_LEVEL, mtime=0)
    response.set_data(content)
    response.headers["Content-Encoding"] = "gzip"
    if etag:
        response.set_etag(etag, weak=True)
    return response


def init_app(app: Flask) -> None:
    files: dict[str, bytes] = {}
    app.after_request(lambda response: compress(response, files))
