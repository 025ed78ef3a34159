"""compose.yaml, Containerfile and Caddyfile agree with the settings and keep to the rules. Read, not run."""

import ipaddress
import re
from collections.abc import Iterator

import pytest
import yaml

from compliance.settings import every_setting, read_settings
from fixtures.libraries import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = {"service", "worker", "migrate"}
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8")
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
SETTINGS = {each.name: each for each in every_setting()}


def environments() -> Iterator[tuple[str, str, str]]:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            yield name, variable, value


def instructions() -> list[tuple[str, str]]:
    """Instruction and rest of every line of the Containerfile, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", CONTAINERFILE, flags=re.MULTILINE))
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def images() -> list[str]:
    return [service["image"] for service in SERVICES.values()] + [
        rest.split()[0] for word, rest in instructions() if word == "FROM"
    ]


def test_the_services_are_the_ones_that_the_page_names():
    assert set(SERVICES) == {*OURS, "proxy", "database", "objects", "scanner", "mail"}
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert [name for name in SERVICES if f"`{name}`" not in page] == []


def test_every_variable_of_ours_is_a_setting():
    given = [variable for _, variable, _ in environments()] + re.findall(r"\bCOMPLIANCE_\w+(?==)", CONTAINERFILE)
    ours = {variable.removesuffix("_FILE") for variable in given if variable.startswith("COMPLIANCE_")}
    assert len(ours) > 15
    assert sorted(ours - SETTINGS.keys()) == []


def test_secrets_come_from_files_that_are_declared():
    for name, variable, value in environments():
        if variable.endswith("_FILE"):
            assert value.startswith("/run/secrets/")
            secret = value.removeprefix("/run/secrets/")
            assert secret in SERVICES[name]["secrets"], f"{name} is not given {secret}"
            if variable.startswith("COMPLIANCE_"):
                assert SETTINGS[variable.removesuffix("_FILE")].is_secret
        elif variable.startswith("COMPLIANCE_") and SETTINGS[variable].is_secret:
            assert variable == "COMPLIANCE_DATABASE_URL", f"{variable} stands in clear"
            assert re.fullmatch(r"postgresql://\w+@[\w:]+/\w+", value), "the address holds a password"
        else:
            assert not re.search(r"PASSWORD|SECRET|TOKEN", variable), f"{variable} of {name} stands in clear"


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_settings_are_taken_as_they_stand(name, tmp_path):
    (tmp_path / "secret_key").write_text("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=\n")
    for secret in COMPOSE["secrets"].keys() - {"secret_key"}:
        (tmp_path / secret).write_text("0123456789abcdef0123456789abcdef\n")
    environment = {
        variable: re.sub(r"\$\{SERVICE_DOMAIN:-(\w+)\}", "check.example.org", value).replace(
            "/run/secrets", str(tmp_path)
        )
        for variable, value in SERVICES[name]["environment"].items()
    }
    settings = read_settings(environment)
    assert settings.base_url == "https://check.example.org"
    assert settings.database_url.endswith(":0123456789abcdef0123456789abcdef@database:5432/compliance")
    assert settings.smtp_port == 1025


def test_every_secret_is_a_file_that_git_ignores():
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./deploy/secrets/{name}"}
    rules = (ROOT / "deploy" / "secrets" / ".gitignore").read_text("utf-8").split()
    assert "*" in rules
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert [name for name in COMPOSE["secrets"] if f"deploy/secrets/{name}" not in page] == []


@pytest.mark.parametrize("image", images())
def test_images_are_pinned_by_tag(image):
    name, _, tag = image.rpartition(":")
    assert name
    assert tag != "latest"
    assert re.match(r"v?\d+\.\d+", tag), image


def test_nothing_but_the_proxy_is_reached_from_outside():
    for name, service in SERVICES.items():
        for port in service.get("ports", []):
            if name == "proxy":
                assert port in ("80:80", "443:443")
            else:
                assert port.startswith("127.0.0.1:"), f"{name} publishes {port}"
        assert "network_mode" not in service
        assert not service.get("privileged")
        assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))
    for name in ("database", "objects", "service", "scanner"):
        assert "ports" not in SERVICES[name]


def test_each_meets_only_those_that_it_needs():
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    assert {name for name, on in networks.items() if "database" in on} == {"database", *OURS}
    assert {name for name, on in networks.items() if "objects" in on} == {"objects", "service", "worker"}
    assert {name for name, on in networks.items() if "edge" in on} == {"proxy", "service"}
    assert set().union(*networks.values()) == COMPOSE["networks"].keys()
    assert all(COMPOSE["networks"][name].get("internal") for name in ("database", "objects", "edge"))
    assert networks["database"] == {"database"}


def test_only_the_network_of_the_proxy_is_trusted():
    subnet = COMPOSE["networks"]["edge"]["ipam"]["config"][0]["subnet"]
    assert ipaddress.ip_network(subnet).is_private
    assert SERVICES["service"]["environment"]["COMPLIANCE_TRUSTED_PROXIES"] == subnet


def test_hosts_that_settings_name_are_services_on_a_shared_network():
    named = {
        ("service", "database"): "COMPLIANCE_DATABASE_URL",
        ("worker", "database"): "COMPLIANCE_DATABASE_URL",
        ("migrate", "database"): "COMPLIANCE_DATABASE_URL",
        ("service", "objects"): "COMPLIANCE_EVIDENCE_S3_ENDPOINT",
        ("worker", "objects"): "COMPLIANCE_EVIDENCE_S3_ENDPOINT",
        ("worker", "scanner"): "COMPLIANCE_CLAMAV_SOCKET",
        ("worker", "mail"): "COMPLIANCE_SMTP_HOST",
    }
    for (one, other), variable in named.items():
        assert re.search(rf"\b{other}\b", SERVICES[one]["environment"][variable])
        assert set(SERVICES[one]["networks"]) & set(SERVICES[other]["networks"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_is_watched_and_started_again(name):
    service = SERVICES[name]
    if name == "migrate":
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    # Ours have the health check of the image; the worker serves nothing that could be asked.
    assert name in ("service", "worker") or service["healthcheck"]["test"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_own_run_without_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["build"]["dockerfile"] == "Containerfile"
    assert service["command"] in (["serve"], ["worker"], ["migrate"])


def test_one_runs_the_jobs_and_migrations_come_first():
    assert SERVICES["service"]["environment"]["COMPLIANCE_WORKER"] == "no"
    assert "COMPLIANCE_WORKER" not in SERVICES["worker"]["environment"]
    for name in ("service", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_connections_fit_into_the_database():
    threads = int(SERVICES["service"]["environment"]["COMPLIANCE_THREADS"])
    processes = int(SERVICES["service"]["environment"]["COMPLIANCE_PROCESSES"])
    overflow = 5
    assert (processes + 1) * (threads + overflow) < 100 - 10, "the rest is for migrations, backups and people"


def test_volumes_are_declared_and_used():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith("./")} == COMPOSE["volumes"].keys()
    assert all((ROOT / name).exists() for name in used if name.startswith("./"))


def test_the_image_copies_what_is_there_and_what_its_ignore_file_lets_through():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    copied = [rest.split()[0] for word, rest in instructions() if word == "COPY" and not rest.startswith("--from")]
    assert {"src", "migrations", "questionnaires", "requirements.txt"} <= set(copied)
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name


def test_the_image_does_not_run_as_root_and_pins_its_libraries():
    words = [word for word, _ in instructions()]
    [user] = [rest for word, rest in instructions() if word == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert words.index("USER") > max(index for index, word in enumerate(words) if word == "RUN")
    assert "--require-hashes" in CONTAINERFILE
    assert words.count("FROM") == 2
    [health] = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    assert "/health/ready" in health
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    assert re.search(r"^psycopg==", lock, re.MULTILINE)
    assert re.search(r"^obstore==", lock, re.MULTILINE)
    assert "ADD" not in words


def test_the_proxy_speaks_to_the_service_and_keeps_metrics_inside():
    assert "reverse_proxy service:8000" in CADDYFILE
    assert re.search(r"@inside path /metrics", CADDYFILE)
    assert CADDYFILE.count("{") == CADDYFILE.count("}")
    assert not re.search(r"^\s*log\b", CADDYFILE, re.MULTILINE)
    [largest] = re.findall(r"max_size (\d+)MiB", CADDYFILE)
    assert int(re.search(r"`(\d+)`", SETTINGS["COMPLIANCE_EVIDENCE_MAX_BYTES"].default)[1]) < int(largest) * 1024**2
