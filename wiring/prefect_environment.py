"""The PREFECT_* variables that the server, the runner and our own calls run with; set before Prefect is imported."""

import os
from collections.abc import Mapping, MutableMapping

from wiring.settings import Settings, read_settings


def prefect_environment(settings: Settings) -> dict[str, str]:
    """What Prefect needs to know, from our settings. Analytics and telemetry are off."""
    home = settings.home / "prefect"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": settings.prefect_api_url,
        "PREFECT_UI_URL": settings.prefect_ui_url,
        "PREFECT_UI_API_URL": f"{settings.prefect_ui_url}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_CLI_COLORS": "false",
    }


def apply(settings: Settings, environ: MutableMapping[str, str] = os.environ) -> None:
    """Sets them for this process; what the person set is kept, except where it must agree with our settings."""
    for name, value in prefect_environment(settings).items():
        if name in _OURS:
            environ[name] = value
        else:
            environ.setdefault(name, value)
    # The older UI shows the Resume button openly; the newer one hides it in a menu.
    environ.setdefault("PREFECT_SERVER_UI_V2_ENABLED", "false")


def prepare() -> Settings:
    """Reads the settings and sets Prefect's variables for this process. Call it before Prefect is imported."""
    settings = read_settings(os.environ)
    apply(settings)
    return settings


def child_environment(settings: Settings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a process that `crisis up` starts."""
    child = dict(environ)
    apply(settings, child)
    child["CRISIS_HOME"] = str(settings.home)
    child["PYTHONUNBUFFERED"] = "1"
    child.pop("PYTHONDONTWRITEBYTECODE", None)  # each run is a process: uncompiled, it starts a second later
    return child


_OURS = frozenset({"PREFECT_API_URL", "PREFECT_UI_URL", "PREFECT_UI_API_URL", "PREFECT_SERVER_API_PORT"})
