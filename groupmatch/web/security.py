"""What every answer carries: a strict content policy, no caching of pages, guarded cookies."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from groupmatch.settings import Settings

_CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Bootstrap's stylesheet draws its check marks and arrows from data: images.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Same-origin rather than none: Flask-WTF compares the referrer of posts over https.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

#: Endpoints whose answers hold nothing personal and may be kept by browsers.
IMPERSONAL = frozenset({"static", "bootstrap.static", "icons.sprite"})

#: Names by which a site on this machine is reached.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_MEGABYTE = 1024 * 1024


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookies, trusted hosts, the CSRF check and the headers of all answers."""
    public = urlsplit(settings.public_url)
    https = public.scheme == "https"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-groupmatch" if https else "groupmatch",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=sorted({public.hostname or "localhost"} | (LOOPBACK - {"::1"})),
        MAX_CONTENT_LENGTH=4 * _MEGABYTE,
        # A page may stay open all day; its forms work as long as its session does.
        WTF_CSRF_TIME_LIMIT=None,
    )
    CSRFProtect(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    if https:
        app.config["PREFERRED_URL_SCHEME"] = "https"
    app.after_request(_HeadersFor(https))


class _HeadersFor:
    """Adds the headers to an answer."""

    def __init__(self, https: bool) -> None:
        self._headers = dict(_HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    def __call__(self, response: Response) -> Response:
        response.headers.update(self._headers)
        if request.endpoint not in IMPERSONAL or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response
