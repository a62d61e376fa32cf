"""Small plain pages: a form to try out, and the thanks after it. No script."""

from html import escape
from typing import Final

from starlette.responses import HTMLResponse

from connectors.webform.config import FormConfig, OurName

__all__ = ["form_page", "thanks_page"]

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto;
       padding: 0 1rem; color: #1c1c1c; background: #fff; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input, textarea { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem;
                  border: 1px solid #6b6b6b; border-radius: .25rem; }
button { margin-top: 1.5rem; font: inherit; padding: .6rem 1.5rem; }
.trap { position: absolute; left: -999rem; }
"""

SHOWN: Final[dict[OurName, tuple[str, str]]] = {
    "name": ("Your name", 'type="text" autocomplete="name"'),
    "email": ("E-mail", 'type="email" autocomplete="email"'),
    "phone": ("Telephone", 'type="tel" autocomplete="tel"'),
    "subject": ("Subject", 'type="text"'),
}
"""Our names as people see them. `external` is for programs and not shown."""


def form_page(form: FormConfig) -> HTMLResponse:
    """The form as a page that posts to its own address."""
    inputs = [_known(form, name) for name in SHOWN if name in form.fields]
    known = set(form.fields.values())
    inputs += [_input(form, n, n, "") for n in form.required if n not in known]
    if "text" in form.fields:
        inputs.append(_area(form, form.fields["text"]))
    return _page(form.title, f"{FORM_START}{''.join(inputs)}{_end(form)}")


def thanks_page(form: FormConfig) -> HTMLResponse:
    """What a person sees after sending, where no other page is configured."""
    text = "<p>Thank you. Your message has arrived; we will answer you soon.</p>"
    return _page(form.title, text, status=202)


FORM_START: Final = '<form method="post" enctype="multipart/form-data">'


def _known(form: FormConfig, name: OurName) -> str:
    label, kind = SHOWN[name]
    return _input(form, form.fields[name], label, kind)


def _input(form: FormConfig, field: str, label: str, kind: str) -> str:
    name, needed = escape(field), _required(form, field)
    return f"{_label(field, label)}<input id='{name}' name='{name}' {kind}{needed}>\n"


def _area(form: FormConfig, field: str) -> str:
    name, needed = escape(field), _required(form, field)
    start = f"<textarea id='{name}' name='{name}' rows='7'{needed}>"
    return f"{_label(field, 'Your message')}{start}</textarea>\n"


def _label(field: str, label: str) -> str:
    return f"<label for='{escape(field)}'>{escape(label)}</label>"


def _required(form: FormConfig, field: str) -> str:
    return " required" if field in form.required else ""


def _end(form: FormConfig) -> str:
    trap = escape(form.honeypot)
    return (
        "<label for='attachment'>Files</label>"
        "<input id='attachment' name='attachment' type='file' multiple>\n"
        f"<p class='trap' aria-hidden='true'><label for='{trap}'>Leave this empty"
        f"</label><input id='{trap}' name='{trap}' tabindex='-1' autocomplete='off'>"
        "</p><button>Send</button></form>"
    )


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    shown = escape(title)
    head = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{shown}</title><style>{STYLE}</style></head>"
    )
    page = f"{head}<body><main><h1>{shown}</h1>{body}</main></body></html>"
    return HTMLResponse(page, status_code=status, headers=HEADERS)
