"""Mails per second by SMTP through the email connector into Kafka, on one core."""

import time

from hub.runtime.servers.ports import accepts, free_port
from tests.bench.counting import counting, pin
from tests.bench.place import connector_settings, place
from tests.bench.results import Results
from tests.bench.usage import spent

CONNECTIONS = 100
EMAIL = "connector run email"


def measure(results: Results, *, quick: bool) -> None:
    """Real SMTP over a hundred connections; 250 comes after Kafka's acknowledgement."""
    seconds = 10.0 if quick else 60.0
    port = free_port()
    with place() as here:
        here.start(EMAIL, **connector_settings(email={"smtp": {"port": port}}))
        pin(here.roles[EMAIL].pid, 0)
        while not accepts(f"127.0.0.1:{port}"):
            if here.roles[EMAIL].poll() is not None:
                raise RuntimeError(here.log_of(EMAIL).read_text()[-2000:])
            time.sleep(0.1)
        with counting("smtp_client", port, CONNECTIONS) as clients:
            pin(clients.pid, 1)
            before = here.usage()
            rate = clients.rate(warm=3.0, seconds=seconds)
            after = here.usage()
        results.add("smtp_rate", rate, "mails/s")
        cpu = spent(before, after)[EMAIL]
        results.add("smtp_cpu_ms", cpu / (rate * (seconds + 3)) * 1000, "ms/mail")
