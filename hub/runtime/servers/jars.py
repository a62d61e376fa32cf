"""Apache Kafka's own jars, fetched once by Maven into a cache keyed by version."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from hub.runtime.servers.errors import ServerError
from hub.runtime.settings import cache_home

KAFKA = "4.3.1"
LOG4J = "2.24.3"
FETCH_SECONDS = 600

# The broker needs a log implementation at run time and does not declare one.
_DEPENDENCIES = (
    ("org.apache.kafka", "kafka_2.13", KAFKA),
    ("org.apache.logging.log4j", "log4j-core", LOG4J),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J),
    ("org.apache.logging.log4j", "log4j-1.2-api", LOG4J),
)


def java_available() -> bool:
    """Tell whether a Java runtime is on the path."""
    return shutil.which("java") is not None


def maven_available() -> bool:
    """Tell whether Maven is on the path."""
    return shutil.which("mvn") is not None


def jars_folder() -> Path:
    """Return where the jars of this Kafka version are, or will be."""
    return cache_home() / f"kafka-{KAFKA}"


def jars_present() -> bool:
    """Tell whether the jars were fetched before."""
    return jars_folder().is_dir()


def ensure_jars() -> Path:
    """Return the folder with the jars, after fetching them if need be.

    Raises:
        ServerError: if Maven is missing or cannot fetch them.
    """
    folder = jars_folder()
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="kafka-") as work:
        _fetch(Path(work))
        _move_into_place(Path(work) / "jars", folder)
    return folder


def _fetch(work: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerError("Maven (mvn) is needed once to fetch Apache Kafka's jars.")
    (work / "pom.xml").write_text(_pom(), encoding="utf-8")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
    command = [maven, "-q", "-B", "-f", "pom.xml", *goal, "-DoutputDirectory=jars"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=work,
            timeout=FETCH_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ServerError(
            f"Maven took over {FETCH_SECONDS} s to fetch Kafka."
        ) from None
    if done.returncode or not any((work / "jars").glob("kafka_*.jar")):
        said = (done.stdout + done.stderr).strip()[-1500:]
        raise ServerError(f"Maven could not fetch Apache Kafka {KAFKA}:\n{said}")


def _move_into_place(jars: Path, folder: Path) -> None:
    try:
        jars.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was faster: same jars
            raise


def _pom() -> str:
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, artifact, version in _DEPENDENCIES
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0">'
        "<modelVersion>4.0.0</modelVersion><groupId>touchline</groupId>"
        "<artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )
