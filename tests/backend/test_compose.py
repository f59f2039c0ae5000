"""docker-compose.yml: what it promises, and that each of its commands works (outside Docker)."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from backend.embedded import QUEUES
from tests.backend import compose
from tests.servers.process import free_port

SERVICES = compose.read()["services"]
LONG_RUNNING = [name for name in SERVICES if name != "migrate"]


def test_every_part_is_there() -> None:
    assert set(SERVICES) == {"database", "redis", "migrate", "web", "worker", "messenger", "beat"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_every_running_service_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "messenger", "beat"])
def test_nothing_serves_before_the_migration_is_through(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_every_queue_has_a_worker_and_so_it_has_embedded() -> None:
    commands = [" ".join(service["command"]) for service in SERVICES.values() if "worker" in service.get("command", [])]
    served = {queue for command in commands for queue in command.partition("--queues=")[2].split()[0].split(",")}
    used = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {settings.CELERY_TASK_DEFAULT_QUEUE}

    assert served == used == set(QUEUES)


def test_secrets_come_from_the_environment_or_it_does_not_start() -> None:
    environment = SERVICES["web"]["environment"]

    for secret, where in [("SECRET_KEY", "SECRET_KEY"), ("POSTGRES_PASSWORD", "DATABASE_URL")]:
        with pytest.raises(LookupError, match=f"set {secret}"):
            compose.filled_in(environment[where], {})
        assert "s3cret" in compose.filled_in(environment[where], {secret: "s3cret"})


def test_what_an_operator_may_set_reaches_the_containers() -> None:
    environment = SERVICES["web"]["environment"]

    for name in (
        "REFERENCE_KEY",
        "TILE_URL",
        "TILE_ATTRIBUTION",
        "SMS_PROVIDER",
        "EMAIL_URL",
        "HTTPS",
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "RATE_LIMITS",
    ):
        assert "mine" in compose.filled_in(environment[name], {name: "mine"})


def test_the_proxy_in_front_is_believed_about_https_and_about_what_it_has_added() -> None:
    # uvicorn believes either nobody but 127.0.0.1 or, told so, whatever address a client makes up; so the settings do it.
    assert "--no-proxy-headers" in SERVICES["web"]["command"]
    assert compose.filled_in(SERVICES["web"]["environment"]["TRUSTED_PROXIES"], {}) == "1"


def test_no_container_runs_as_root() -> None:
    dockerfile = (compose.ROOT / "Dockerfile").read_text()

    assert dockerfile.rindex("\nUSER drover\n") < dockerfile.rindex("\nCMD ")
    assert SERVICES["database"]["user"] == "postgres"
    assert SERVICES["redis"]["user"] == "redis"


def test_named_volumes_are_declared() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == set(compose.read()["volumes"])


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A database and a Redis of its own for the services, as addresses for their environment."""
    folder = tmp_path_factory.mktemp("compose")
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address.replace("postgis://", "postgresql://"), autocommit=True) as server:
        name = f"compose_{os.getpid()}"  # tests may be spread over several processes
        server.execute(f"CREATE DATABASE {name}")
        yield {
            "DATABASE_URL": f"{address.rsplit('/', 1)[0]}/{name}",
            "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/7",
            "DROVER_DATA": str(folder / "data"),
            "CELERY_BEAT_SCHEDULE_FILENAME": str(folder / "schedule"),
        }
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running(name: str, port: int, surroundings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as words:
        service = subprocess.Popen(
            compose.command(SERVICES[name], port),
            cwd=compose.ROOT,
            env=compose.environment(SERVICES[name], surroundings),
            stdout=words,
            stderr=subprocess.STDOUT,
        )
    try:
        yield service
    finally:
        service.terminate()
        service.wait(30)


def is_healthy(name: str, port: int, surroundings: dict[str, str]) -> bool:
    asked = subprocess.run(
        compose.health_check(SERVICES[name], port),
        cwd=compose.ROOT,
        env=compose.environment(SERVICES[name], surroundings),
        capture_output=True,
        timeout=60,
    )
    return asked.returncode == 0


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.xdist_group("compose")
def test_migrate_ends_well(surroundings: dict[str, str]) -> None:
    migrate = subprocess.run(
        compose.command(SERVICES["migrate"], 0),
        cwd=compose.ROOT,
        env=compose.environment(SERVICES["migrate"], surroundings),
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert migrate.returncode == 0, migrate.stderr


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.xdist_group("compose")
@pytest.mark.parametrize("name", ["web", "worker", "messenger", "beat"])
def test_a_service_is_healthy_while_it_runs_and_not_before(name: str, surroundings: dict[str, str], tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"

    assert not is_healthy(name, port, surroundings)
    with running(name, port, surroundings, log) as service:
        give_up = time.monotonic() + 60
        while not is_healthy(name, port, surroundings):
            assert service.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()


@pytest.mark.postgres
@pytest.mark.xdist_group("compose")
def test_web_is_unhealthy_without_its_database(surroundings: dict[str, str], tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    nowhere = {**surroundings, "DATABASE_URL": f"postgis://drover@127.0.0.1:{free_port()}/drover"}

    with running("web", port, nowhere, log) as service:
        give_up = time.monotonic() + 60
        while "Uvicorn running" not in log.read_text():
            assert service.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)
        assert not is_healthy("web", port, nowhere)
