"""An OpenID provider over HTTP: authorization code with PKCE, state and nonce.

OpenID Connect Core 1.0 (3.1), Discovery 1.0 (4), RP-Initiated Logout 1.0, RFC 7636,
RFC 9207.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import httpx
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from typing_extensions import override

from hub.application.sign_on import Answer, Begun, Identity, Provider, ProviderError
from hub.domain.refusing import Wording
from hub.runtime.clock import Clock
from hub.runtime.oidc import OidcSettings

PATIENCE: Final = 10.0
"""Seconds for each answer of the provider."""

LEEWAY: Final = 60
"""Seconds by which its clock may be wrong."""

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
"""Signatures that only the provider can make: none with a shared secret."""

_AWAY: Final = Wording(
    "The log-in service does not answer. Try again soon, or use a password."
)
_ODD: Final = Wording(
    "The log-in service gave an answer that cannot be trusted. Log in again."
)
_OURS: Final = Wording(
    "The log-in service does not know touchline by its client id and secret."
    " Tell an administrator, or use a password."
)
_EXPIRED: Final = Wording("That took too long, or was done before. Log in again.")

_log = structlog.get_logger("touchline.people")


class OidcProvider(Provider):
    """The provider of the settings; what it publishes is asked anew at each log-in."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @override
    async def address(self, state: str, begun: Begun, back: str) -> str:
        async with self._talking() as talk:
            return str(
                prepare_grant_uri(
                    talk.published["authorization_endpoint"],
                    self._settings.client_id,
                    "code",
                    redirect_uri=back,
                    scope=" ".join(self._settings.scopes),
                    state=state,
                    nonce=begun.nonce,
                    code_challenge=create_s256_code_challenge(begun.verifier),
                    code_challenge_method="S256",
                )
            )

    @override
    async def identity(self, answer: Answer, begun: Begun, back: str) -> Identity:
        async with self._talking() as talk:
            talk.check_origin(answer)
            tokens = await talk.tokens(answer.code, begun, back)
            now = int(self._clock.now().timestamp())
            claims = await talk.claims(tokens, begun.nonce, now)
            return self._identity(await talk.with_info(tokens, claims))

    @override
    async def farewell(self, back: str) -> str:
        async with self._talking() as talk:
            end = talk.published.get("end_session_endpoint", "")
        known = {
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": back,
        }
        return str(httpx.URL(end).copy_merge_params(known)) if end else ""

    @asynccontextmanager
    async def _talking(self) -> AsyncIterator["_Talk"]:
        issuer = self._settings.issuer
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            known = client.get(get_well_known_url(issuer, external=True))
            published = await _asked(known, _AWAY)
            if published.get("issuer") != issuer:
                _odd("another issuer")
            yield _Talk(client, self._settings, published)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        email = _text(claims, "email") if claims.get("email_verified") is True else ""
        name = _text(claims, "preferred_username") or email or _text(claims, "sub")
        groups = claims.get(self._settings.roles_claim, ())
        found = [groups] if isinstance(groups, str) else groups
        return Identity(
            issuer=self._settings.issuer,
            subject=_text(claims, "sub"),
            name=name.partition("@")[0].casefold(),
            display_name=_text(claims, "name") or name,
            email=email,
            groups=frozenset(map(str, found if isinstance(found, list) else ())),
        )


@dataclass(frozen=True, slots=True)
class _Talk:
    """One conversation with the provider; `published` is what its discovery says."""

    client: httpx.AsyncClient
    settings: OidcSettings
    published: Mapping[str, Any]

    def check_origin(self, answer: Answer) -> None:
        """Refuse what another provider sent the browser back with (RFC 9207, 2.4)."""
        named = "authorization_response_iss_parameter_supported"
        expected = answer.issuer or self.published.get(named) is True
        if expected and answer.issuer != self.settings.issuer:
            _odd("sent back by another issuer")

    async def tokens(self, code: str, begun: Begun, back: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": begun.verifier,
        }
        secret = self.settings.client_secret.get_secret_value()
        auth = httpx.BasicAuth(self.settings.client_id, secret)
        answer = self.client.post(
            self.published["token_endpoint"], data=form, auth=auth
        )
        return await _asked(answer, _EXPIRED)

    async def claims(
        self, tokens: Mapping[str, Any], nonce: str, now: int
    ) -> dict[str, Any]:
        keys: Any = await _asked(self.client.get(self.published["jwks_uri"]), _AWAY)
        expected = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        known = {
            "nonce": nonce,
            "client_id": self.settings.client_id,
            "access_token": tokens.get("access_token"),
        }
        try:
            token = jwt.decode(
                tokens.get("id_token", ""), KeySet.import_key_set(keys), ALGORITHMS
            )
            claims = CodeIDToken(token.claims, token.header, expected, known)
            claims.validate(now, LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            _odd(type(error).__name__)
        return dict(claims)

    async def with_info(
        self, tokens: Mapping[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        address = self.published.get("userinfo_endpoint")
        if not address:
            return claims
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        info = await _asked(self.client.get(address, headers=bearer), _ODD)
        if info.get("sub") != claims["sub"]:
            _odd("another subject")
        return {**info, **claims}


def _text(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name, "")
    return found if isinstance(found, str) else ""


async def _asked(answer: Any, refused: str) -> dict[str, Any]:
    """The JSON of an answer; `refused` is what people read where there is none."""
    try:
        response: httpx.Response = await answer
        response.raise_for_status()
        found: dict[str, Any] = response.json()
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        _log.warning("oidc_refused", status=status)
        raise ProviderError(_why(error.response, refused)) from error
    except (httpx.HTTPError, ValueError) as error:
        _log.warning("oidc_unreachable", error=type(error).__name__)
        raise ProviderError(_AWAY) from error
    return found


def _why(response: httpx.Response, refused: str) -> str:
    """What people read; a client that is not known gets 401 (RFC 6749, 5.2)."""
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return _AWAY
    ours = response.request.method == "POST"
    unknown = ours and response.status_code == httpx.codes.UNAUTHORIZED
    return _OURS if unknown else refused


def _odd(reason: str) -> NoReturn:
    _log.warning("oidc_not_trusted", reason=reason)
    raise ProviderError(_ODD)
