"""A real OpenID provider, and the desk that it vouches for people to."""

import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from hub.adapters.oidc import OidcProvider
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.identities import PostgresIdentities
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.sessions import PostgresSessions
from hub.application.sign_on import Admission
from hub.application.staff import StaffOffice
from hub.runtime.clock import SystemClock
from hub.runtime.oidc import OidcSettings
from hub.runtime.servers.ports import free_port
from hub.web.services import SingleSignOn
from tests.integration.store.hub import Hub
from tests.npm import installed
from tests.unit.web import kit

VERSION = "9.13.3"
SCRIPT = Path(__file__).parent / "provider.mjs"


@pytest.fixture(scope="session")
def provider_folder():
    """Where npm has put the provider."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed: the provider runs on it")
    return installed("oidc-provider", VERSION).parent


@pytest.fixture(scope="session")
def issuer(provider_folder):
    """The address of the running provider."""
    port = free_port()
    started = subprocess.Popen(
        ["node", str(SCRIPT), str(provider_folder), str(port), kit.BASE],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with started:
        assert started.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}"
        started.terminate()


@pytest.fixture
def settings(issuer):
    return OidcSettings(
        issuer=issuer, client_id="touchline", client_secret="a secret of the desk"
    )


@pytest.fixture
def hub(database):
    with closing(Hub(database)) as made:
        yield made


@pytest.fixture
def staff(hub):
    return StaffOffice(hub.desk.commands)


@pytest.fixture
async def desk(database, settings, staff):
    """The desk's services; tests may exchange parts of them."""
    clock = SystemClock()
    async with people_pool(database) as pool:
        sign_on = SingleSignOn(
            OidcProvider(settings, clock),
            PostgresIdentities(pool, clock),
            Admission(),
            "the shop's account",
        )
        yield replace(
            kit.web(),
            accounts=PostgresAccounts(pool, clock),
            sessions=PostgresSessions(pool, clock),
            staff=staff,
            clock=clock,
            sign_on=sign_on,
        )


class Browser:
    """Follows from the desk to the provider and back, as a person's browser does."""

    def __init__(self, services):
        self.desk = kit.client(services)
        self.there = httpx.AsyncClient(trust_env=False)

    async def set_out(self, path="/login/oidc"):
        """Go to the provider; answer where one says who one is."""
        outward = await self.desk.get(path)
        assert outward.status_code == 303, outward.text
        asked = await self.there.get(outward.headers["location"])
        return httpx.URL(outward.headers["location"]).join(asked.headers["location"])

    async def back_address(self, page, who):
        """Say who one is; answer the address that leads back to the desk."""
        answer = await self.there.get(page, params={"as": who})
        while kit.BASE not in answer.headers["location"]:
            answer = await self.there.get(answer.url.join(answer.headers["location"]))
        return answer.headers["location"]

    async def log_in(self, who, path="/login/oidc"):
        """All the way; answer what the desk says."""
        back = await self.back_address(await self.set_out(path), who)
        return await self.desk.get(back)

    async def me(self):
        """Who one is at the desk, and nobody's name if not logged in."""
        return (await self.desk.get("/api/v1/account")).json().get("name", "")


@pytest.fixture
async def browsers():
    """Makes browsers, and closes them."""
    opened = []

    def made(services):
        opened.append(Browser(services))
        return opened[-1]

    yield made
    for one in opened:
        await one.desk.aclose()
        await one.there.aclose()
