"""
Starts and stops a server from Python, and registers models with it.

    import ts.launcher
    ts.launcher.start(model_store="models", enable_model_api=True)
    ts.launcher.register_model("mnist", "mnist.mar").raise_for_status()
    ts.launcher.stop()
"""

from __future__ import annotations

import contextlib
import json
import queue
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TextIO

MANAGEMENT_URL = "http://127.0.0.1:8081"
"""Where a server that is not configured otherwise has its management API."""

STARTED_LINE = "Model server started."
_START_LIMIT_SEC = 120
_STOP_LIMIT_SEC = 120
_REGISTER_LIMIT_SEC = 600
# Lines that nobody takes out of the queue; older ones are dropped.
_KEPT_LINES = 1000


def start(
    model_store: str | None = None,
    snapshot_file: str | None = None,
    no_config_snapshots: bool = False,
    plugin_folder: str | None = None,
    disable_token: bool = False,
    models: str | Iterable[str] | None = None,
    enable_model_api: bool = False,
) -> queue.Queue[str]:
    """
    Stops the server that runs, starts one in the background, and returns when it listens.

    `snapshot_file` is a config.properties; `models` is what `--models` takes, a list or comma separated. What the
    server prints goes to this process' output, and its last 1000 lines to the queue that is returned.

    Raises RuntimeError when it does not start within 120 s, with what it printed, and FileNotFoundError when there is
    no server to start.
    """
    stop()
    command = [*_server_command(), "--start"]
    for flag, value in (
        ("model-store", model_store),
        ("plugins-path", plugin_folder),
        ("ts-config", snapshot_file),
    ):
        if value:
            command += [f"--{flag}", str(value)]
    words = models.split(",") if isinstance(models, str) else list(models or [])
    if words:
        command += ["--models", *words]
    for flag, wanted in (
        ("no-config-snapshots", no_config_snapshots),
        ("disable-token-auth", disable_token),
        ("enable-model-api", enable_model_api),
    ):
        if wanted:
            command.append(f"--{flag}")
    starter = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output = _Output(starter.stdout)
    output.start()
    _wait_until_started(starter, output)
    return output.lines


def stop(wait: bool = True) -> None:
    """Stops the server that runs, if one does; with `wait` it has ended when this returns."""
    command = [*_server_command(), "--stop"]
    if wait:
        subprocess.run([*command, "--foreground"], check=False, timeout=_STOP_LIMIT_SEC)
    else:
        subprocess.Popen(command, stdout=subprocess.DEVNULL)


def register_model(model_name: str, url: str, management_url: str = MANAGEMENT_URL) -> Response:
    """Registers the archive `url` as `model_name` and waits for its one worker."""
    params = {"model_name": model_name, "url": url, "initial_workers": "1", "synchronous": "true"}
    return register_model_with_params(params, management_url)


def register_model_with_params(
    params: Mapping[str, Any] | Iterable[tuple[str, Any]], management_url: str = MANAGEMENT_URL
) -> Response:
    """
    Registers a model with the parameters of `POST /models`; those that are None are left out.

    Whatever the server answers is returned, refusals too. Raises OSError when it cannot be reached.
    """
    pairs = params.items() if hasattr(params, "items") else params
    query = urllib.parse.urlencode([(name, value) for name, value in pairs if value is not None])
    request = urllib.request.Request(f"{management_url.rstrip('/')}/models?{query}", data=b"", method="POST")
    # The server is on this machine: no proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_REGISTER_LIMIT_SEC) as answer:
            return Response(answer.status, answer.read(), dict(answer.headers))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Response(refusal.code, refusal.read(), dict(refusal.headers))


class Response:
    """What the management API answered: `status_code`, `content` (bytes) and `headers`."""

    def __init__(self, status_code: int, content: bytes, headers: dict[str, str]) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = headers

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content, parsed. Raises ValueError when it is not JSON."""
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        """Raises RuntimeError with the server's answer when that is a refusal."""
        if self.ok:
            return
        try:
            reason = self.json()["message"]
        except (ValueError, KeyError, TypeError):
            reason = self.text.strip()
        raise RuntimeError(f"The server answered {self.status_code}: {reason}")


class _Output(threading.Thread):
    """Prints what the server prints, and keeps its last lines."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(name="torchserve-output", daemon=True)
        self.lines: queue.Queue[str] = queue.Queue(_KEPT_LINES)
        self.listens = threading.Event()
        self._stream = stream

    def run(self) -> None:
        with self._stream:
            for line in self._stream:
                print(line, end="", flush=True)
                self._keep(line)
                if line.strip() == STARTED_LINE:
                    self.listens.set()

    def _keep(self, line: str) -> None:
        with contextlib.suppress(queue.Empty, queue.Full):
            if self.lines.full():
                self.lines.get_nowait()
            self.lines.put_nowait(line)


def _wait_until_started(starter: subprocess.Popen, output: _Output) -> None:
    end = time.monotonic() + _START_LIMIT_SEC
    while time.monotonic() < end:
        if output.listens.wait(0.05) and starter.poll() == 0:
            return
        if starter.poll():
            output.join(1)
            raise RuntimeError(f"The server did not start:\n{''.join(output.lines.queue)}")
    starter.kill()
    raise RuntimeError(
        f"The server did not start within {_START_LIMIT_SEC} s:\n{''.join(output.lines.queue)}"
    )


def _server_command() -> list[str]:
    """The `torchserve` that this package belongs to; the one on PATH when the package lies elsewhere."""
    door = Path(__file__).resolve().parents[4] / "bin" / "torchserve.js"
    node = shutil.which("node")
    if door.is_file() and node:
        return [node, str(door)]
    found = shutil.which("torchserve")
    if found:
        return [found]
    missing = "node (20.15 or later)" if door.is_file() else "torchserve"
    raise FileNotFoundError(f"The server cannot be started: there is no {missing} on PATH.")
