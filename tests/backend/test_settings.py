"""What an installation gets from its environment."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "DATABASE_URL": "postgres://drover:secret@127.0.0.1:1/drover",
    "SECRET_KEY": "a-key-that-is-long-and-random-enough-for-production-0123456789",
    "ALLOWED_HOSTS": "drover.example.org,127.0.0.1",
    "HTTPS": "1",
}


def ran(*command: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # Browser tests in this process set one that no installation has.
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**ours, "DROVER_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def manage(*words: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return ran("manage.py", *words, data=data, **environment)


def setting(expression: str, *, data: Path, **environment: str) -> str:
    """Of settings that are read and nothing else: starting all of Drover takes much longer."""
    read = ran("-c", f"from django.conf import settings; print(settings.{expression})", data=data, **environment)
    assert read.returncode == 0, read.stderr
    return read.stdout.strip()


def test_production_has_nothing_for_django_to_warn_about(tmp_path: Path) -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", data=tmp_path, **PRODUCTION)

    assert checked.returncode == 0, checked.stderr


def test_production_does_not_start_without_a_secret_key(tmp_path: Path) -> None:
    refused = manage("check", data=tmp_path, **{**PRODUCTION, "SECRET_KEY": ""})

    assert refused.returncode != 0
    assert "Set SECRET_KEY" in refused.stderr.splitlines()[-1]


def test_any_way_to_write_a_postgres_address_means_postgis_with_a_lock_timeout(tmp_path: Path) -> None:
    found = setting("DATABASES['default']", data=tmp_path, **PRODUCTION)

    assert "'ENGINE': 'django.contrib.gis.db.backends.postgis'" in found
    assert "lock_timeout=3000" in found


def test_an_embedded_installation_makes_a_key_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    embedded = {"DATABASE_URL": "", "SECRET_KEY": ""}

    first = setting("SECRET_KEY", data=tmp_path / "one", **embedded)

    assert len(first) >= 50
    assert setting("SECRET_KEY", data=tmp_path / "one", **embedded) == first
    assert setting("SECRET_KEY", data=tmp_path / "two", **embedded) != first
    assert stat.S_IMODE((tmp_path / "one" / "secret_key").stat().st_mode) == 0o600


def test_collected_static_files_have_names_that_change_with_their_content(tmp_path: Path) -> None:
    place = {**PRODUCTION, "STATIC_ROOT": str(tmp_path / "static")}
    collected = manage("collectstatic", "--noinput", "--verbosity", "0", data=tmp_path, **place)
    assert collected.returncode == 0, collected.stderr

    story = "from django.templatetags.static import static; print('->', static('leaflet/leaflet.js'))"
    address = manage("shell", "--no-imports", "--command", story, data=tmp_path, **place).stdout.rpartition("-> ")[2].strip()

    assert re.fullmatch(r"/static/leaflet/leaflet\.[0-9a-f]{12}\.js", address)
    assert (tmp_path / address.lstrip("/")).is_file()


def test_a_routing_server_of_which_the_address_is_none_is_told_before_anything_starts(tmp_path: Path) -> None:
    servers = "ripon=osrm+http://127.0.0.1:5000,rutland=http://127.0.0.1:5001"
    assert (
        setting("TRAVEL_SERVERS['ripon']", data=tmp_path, TRAVEL_SERVERS=servers.partition(",")[0])
        == "osrm+http://127.0.0.1:5000"
    )

    refused = manage("check", data=tmp_path, TRAVEL_SERVERS=servers)

    assert refused.returncode != 0
    assert "'http://127.0.0.1:5001' is no routing server: write osrm+http://host:port" in refused.stderr.splitlines()[-1]


def test_embedded_messages_are_written_to_a_file_and_in_production_nothing_is_sent_by_accident(tmp_path: Path) -> None:
    embedded = {"DATABASE_URL": "", "SECRET_KEY": ""}
    assert setting("MESSAGES.sms", data=tmp_path, **embedded) == "console"
    assert setting("MESSAGES.sms", data=tmp_path, **PRODUCTION) == ""


def test_a_provider_that_is_none_or_lacks_something_is_told_before_anything_starts(tmp_path: Path) -> None:
    for environment, said in (
        ({"SMS_PROVIDER": "pigeon"}, "SMS_PROVIDER=pigeon: use one of govuk-notify, twilio, console, or leave it empty"),
        ({"SMS_PROVIDER": "twilio", "TWILIO_SENDER": "MG1"}, "SMS_PROVIDER=twilio needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN"),
        ({"WEBHOOK_NETWORKS": "10.0.0.0/33"}, "WEBHOOK_NETWORKS: "),
    ):
        refused = manage("check", data=tmp_path, **PRODUCTION, **environment)
        assert refused.returncode != 0
        assert said in refused.stderr.splitlines()[-1]


def test_limits_are_read_before_anything_starts(tmp_path: Path) -> None:
    mine = "offers=7/15min,sign-in=3/h"
    assert setting("RATE_LIMITS['offers']", data=tmp_path, RATE_LIMITS=mine) == "7/900s"
    assert setting("RATE_LIMITS['codes']", data=tmp_path, RATE_LIMITS=mine) == "3/600s"
    for wrong, said in (("offers=lots", "'lots' is no rate"), ("ofers=1/s", "ofers is not limited; offers, ")):
        refused = manage("check", data=tmp_path, RATE_LIMITS=wrong)
        assert refused.returncode != 0
        assert said in refused.stderr.splitlines()[-1]


def test_a_mail_server_is_an_address(tmp_path: Path) -> None:
    environment = {
        **PRODUCTION,
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_URL": "smtp+tls://bus:se%2Fcret@mail.example.org:587",
        "EMAIL_FROM": "bus@example.org",
    }
    assert setting(
        "EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_PASSWORD", data=tmp_path, **environment
    ) == ("mail.example.org 587 True se/cret")


def test_https_is_believed_of_ones_own_proxies_alone(tmp_path: Path) -> None:
    header = "SECURE_PROXY_SSL_HEADER"
    assert setting(header, data=tmp_path, TRUSTED_PROXIES="0") == "None"
    assert setting(header, data=tmp_path, TRUSTED_PROXIES="1") == "('HTTP_X_FORWARDED_PROTO', 'https')"
