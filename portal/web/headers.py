"""Security headers of every answer (OWASP ASVS V14.4)."""

import secrets

from flask import Flask, Response, current_app, g, request

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'nonce-{nonce}'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""Policy for a mail's HTML: it may carry its styles and nothing else, so no scripts, forms or access to our origin."""


def csp_nonce() -> str:
    """Return the nonce for the page's one inline element: the style that carries the shop's colours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def letter(html: str) -> Response:
    """Return a mail's HTML for a frame of a page of ours; links in it open in a new tab."""
    response = Response(html.replace("<head>", '<head><base target="_blank">', 1), mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER
    return response


def allow_letters() -> None:
    """Let the page of this request show a `letter` in a frame."""
    g.shows_letters = True


def allow_forms_to(origin: str) -> None:
    """Let forms of this request's page be redirected to `origin`: browsers apply `form-action` to redirects too."""
    g.forms_lead_to = origin


def secure(response: Response) -> Response:
    headers = response.headers
    rules = POLICY | {"frame-src": "'self'"} if g.get("shows_letters") else POLICY
    if g.get("forms_lead_to"):
        rules = rules | {"form-action": f"'self' {g.forms_lead_to}"}
    policy = "; ".join(f"{name} {value}" for name, value in rules.items()).replace("{nonce}", csp_nonce())
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SETTINGS"].is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def init_app(app: Flask) -> None:
    app.after_request(secure)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
