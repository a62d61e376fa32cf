"""The API keeps what its description says, whatever it is asked and whoever asks."""

import httpx
import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.domain.person import ROLES
from hub.web.access import Requires
from hub.web.app import create_app
from tests.acceptance.road import Road
from tests.acceptance.senders import Senders, mail
from tests.accounts import api_key
from tests.unit.web import kit
from tests.waiting import eventually

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
MANY = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FEW = settings(MANY, max_examples=3)
There = dict[str, str]
SENDER = "questions@customer.example"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def keys(road: Road) -> dict[str, str]:
    """A program's key for each role."""
    return {role: api_key(road.servers.database, role, role) for role in ROLES}


@pytest.fixture(scope="module")
def there(road: Road, keys: dict[str, str]) -> dict[str, str]:
    """What the parameters of paths can name, since it is there."""
    Senders(road).mail(mail(SENDER, "A question", message_id="<a@customer.example>"))
    work = eventually(lambda: _open_work(road, keys["agent"]), "the mail is work")
    return {
        "interactions/{key}": work["number"],
        "customers/{key}": work["customer_id"],
        "queues/{name}": "general",
    }


def _open_work(road: Road, key: str) -> dict[str, str]:
    answer = httpx.get(
        f"{road.url('web')}/api/v1/queues/general/work",
        headers=bearer(key),
        trust_env=False,
    )
    items = answer.raise_for_status().json()["items"]
    return next((one for one in items if one["sender"] == SENDER), {})


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def allowed() -> dict[tuple[str, str], frozenset[str]]:
    """The roles of each route of the API."""
    return {
        (method, route.path or ""): marker.call.roles
        for route in iter_route_contexts(create_app(kit.web()).routes)
        for method in route.methods or ()
        for marker in getattr(route, "dependant", None).dependencies
        if isinstance(marker.call, Requires)
    }


@pytest.fixture(scope="module")
def operations(road: Road, keys: dict[str, str]) -> list[APIOperation]:
    address = f"{road.url('web')}/api/v1/openapi.json"
    schema = schemathesis.openapi.from_url(address, headers=bearer(keys["agent"]))
    return [found.ok() for found in schema.get_all_operations()]


def cases(operation: APIOperation, there: There) -> st.SearchStrategy[Case]:
    """Requests that fit the description; half of them about what is there."""
    made = operation.as_strategy()
    known = next((part for part in there if part in operation.path), "")
    if not known:
        return made
    name = known.partition("{")[2].strip("}")

    def aimed(case: Case) -> Case:
        case.path_parameters[name] = there[known]
        return case

    return st.one_of(made, operation.as_strategy().map(aimed))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_what_is_described_and_nothing_of_other_roles(
    road: Road, keys: dict[str, str], operations: list[APIOperation], there, role
):
    may = allowed()
    for operation in operations:
        if role in may[operation.method.upper(), operation.path]:
            answers_as_described(operation, there, keys[role])
        else:
            is_forbidden(operation, there, keys[role])


def answers_as_described(operation: APIOperation, there: There, key: str) -> None:
    @MANY
    @given(case=cases(operation, there))
    def ask(case: Case) -> None:
        case.validate_response(case.call(headers=bearer(key)), checks=CHECKS)

    ask()


def is_forbidden(operation: APIOperation, there: There, key: str) -> None:
    @FEW
    @given(case=cases(operation, there))
    def ask(case: Case) -> None:
        assert case.call(headers=bearer(key)).status_code == 403, operation.label

    ask()
