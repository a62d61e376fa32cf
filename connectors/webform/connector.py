"""The webform connector: each POST of a form becomes one touchpoint."""

from collections.abc import Sequence
from typing import ClassVar, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from typing_extensions import override

from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.errors import UnparseableError
from connectors.sdk.http import Endpoint, HttpConnector, HttpProblem, read_body
from connectors.webform.body import JSON, MEDIA_TYPES, FormError, media_type
from connectors.webform.config import FormConfig, WebformConfig
from connectors.webform.page import form_page, thanks_page
from connectors.webform.submission import Submission, read_submission

__all__ = ["WebformConnector"]

PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type, idempotency-key",
    "Access-Control-Max-Age": "600",
}


class WebformConnector(HttpConnector[WebformConfig]):
    """Forms from browsers and programs.

    What the sender can correct is refused with a sentence and published nowhere. With
    an `Idempotency-Key` (header, or field `idempotency_key`) a repetition is the same
    touchpoint; without one every POST is a touchpoint of its own.
    """

    channel: ClassVar[str] = "webform"
    config: ClassVar[type[BaseModel]] = WebformConfig

    @override
    def routes(self) -> Sequence[BaseRoute]:
        path, opened = "/forms/{form_id}", self._open_to_origins
        return [
            Route(path, self.guarded(self._page), methods=["GET"]),
            Route(path, opened(self.guarded(self._submit)), methods=["POST"]),
            Route(path, opened(self.guarded(_preflight)), methods=["OPTIONS"]),
        ]

    @override
    def parse(self, raw: RawInput) -> Parsed:
        return self._read(raw).parsed

    def _read(self, raw: RawInput) -> Submission:
        form = self.settings.forms.get(raw.context.get("form_id", ""))
        if form is None:
            raise UnparseableError("this form is not in the configuration (any more)")
        return read_submission(self.name, raw, form, self.settings.region)

    async def _page(self, request: Request) -> Response:
        return form_page(self._form(request))

    async def _submit(self, request: Request) -> Response:
        form, raw = self._form(request), await self._raw(request)
        try:
            submission = self._read(raw)
        except FormError as error:
            raise HttpProblem(error.status, error.code, str(error)) from None
        if submission.trapped:
            await self.put_aside(raw, "the robots' trap was filled in: probably spam")
        else:
            await self.take(raw)
        return _answer(request, form, submission)

    async def _raw(self, request: Request) -> RawInput:
        content_type = request.headers.get("content-type", "")
        if media_type(content_type) not in MEDIA_TYPES:
            message = f"Send the form as one of {', '.join(MEDIA_TYPES)}."
            raise HttpProblem(415, "wrong_content_type", message)
        context = {
            "content_type": content_type,
            "form_id": request.path_params["form_id"],
            "idempotency_key": request.headers.get("idempotency-key", ""),
        }
        data = await read_body(request, self.settings.max_bytes)
        return RawInput(data, context | {"received_at": self.received_at()})

    def _form(self, request: Request) -> FormConfig:
        form = self.settings.forms.get(request.path_params["form_id"])
        if form is None:
            message = "There is no such form; check the address or add it to the forms."
            raise HttpProblem(404, "unknown_form", message)
        return form

    def _open_to_origins(self, endpoint: Endpoint) -> Endpoint:
        async def opened(request: Request) -> Response:
            response = await endpoint(request)
            form = self.settings.forms.get(request.path_params["form_id"])
            origin = request.headers.get("origin", "")
            if form and origin and {origin, "*"} & set(form.allowed_origins):
                response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
            return response

        return opened


async def _preflight(_request: Request) -> Response:
    return Response(status_code=204, headers=PREFLIGHT)


def _answer(request: Request, form: FormConfig, submission: Submission) -> Response:
    is_json = media_type(request.headers.get("content-type", "")) == JSON
    by_person = not is_json and "text/html" in request.headers.get("accept", "")
    if by_person and form.redirect_url:
        return RedirectResponse(form.redirect_url, status_code=303)
    if by_person:
        return thanks_page(form)
    touchpoint_id = str(submission.parsed.touchpoint.touchpoint_id)
    return JSONResponse({"touchpoint_id": touchpoint_id}, status_code=202)
