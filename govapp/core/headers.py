"""What every response carries: security headers, caching, compression."""

from flask import Flask, Response, request, session
from flask_compress import Compress

from govapp.core import web

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask, https: bool, forms_lead_to: str = "") -> None:
    """forms_lead_to: another origin to which the answer to a form may send the browser on (Chromium asks)."""
    forms = f"form-action 'self' {forms_lead_to}".rstrip()
    always = HEADERS | {"Content-Security-Policy": "; ".join((*POLICY, forms))}
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_MIMETYPES"] = [
        "text/html",
        "text/css",
        "text/csv",
        "text/plain",
        "text/javascript",
        "application/json",
        "image/svg+xml",
    ]
    app.config["COMPRESS_REGISTER"] = False
    compress = Compress(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        # Pages that hold a secret (the CSRF token) are sent as they are: BREACH reads secrets off sizes.
        is_plain = _is_file(response) or web.is_compressible()
        return compress.after_request(response) if is_plain or not session else response

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        return _let_keep(response)

    if https:
        app.after_request(_only_https)


def _is_file(response: Response) -> bool:
    """A file of static/; a refusal is a page, and personal."""
    return request.endpoint == "static" and response.status_code < 400


def _let_keep(response: Response) -> Response:
    if _is_file(response):
        if "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        return response
    response.vary.update(("Cookie", "HX-Request"))
    response.headers.setdefault("Cache-Control", "no-cache, private")
    return response


def _only_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
    return response
