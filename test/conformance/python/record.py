"""Records what the original TorchServe answers to the requests of fixtures/python, into golden/<example>.json.

    python record.py FOLDER --torchserve COMMAND [--only NAME ...]

Run it with the Python that runs TorchServe, so that the examples are built with the same packages. FOLDER keeps what
was built. One server is started for each example, on free ports of the loopback, and stopped after it.
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import contextlib
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent.parent / "fixtures" / "python"
READY_LIMIT_S = 120
# Where torchvision is built for GPUs that are not here, it is still imported.
PYTHON_PATH = os.pathsep.join(filter(None, [str(EXAMPLES / "gpu-free"), os.environ.get("PYTHONPATH")]))
KEPT_HEADERS = ("content-type", "ts_request_sequence_id")


def main() -> None:
    """Record the examples that the command line names, all of them by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--torchserve", required=True, help="command of the original TorchServe")
    parser.add_argument("--only", nargs="*", default=None)
    arguments = parser.parse_args()
    build = [sys.executable, str(EXAMPLES / "build.py"), str(arguments.folder)]
    build += ["--only", *arguments.only] if arguments.only else []
    os.environ["PYTHONPATH"] = PYTHON_PATH
    done = subprocess.run(build, check=True, stdout=subprocess.PIPE, text=True)
    for name, missing in json.loads(done.stdout).items():
        if missing:
            print(f"{name}: left out, {', '.join(missing)} missing")
        else:
            record(name, arguments.folder.resolve(), arguments.torchserve)


def record(name: str, folder: Path, torchserve: str) -> None:
    """Ask one server everything that the example asks, and write its golden file."""
    example = json.loads((EXAMPLES / name / "example.json").read_text(encoding="utf-8"))
    answers = {}
    with serve(name, folder, torchserve) as addresses:
        for request in example["requests"]:
            answers[request["name"]] = ask_all(request, name, folder, addresses)
    golden = HERE / "golden" / f"{name}.json"
    golden.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{name}: {len(answers)} answers")


def ask_all(request: dict[str, Any], name: str, folder: Path, addresses: dict[str, str]) -> Any:
    """Send one request, or those of `together` at the same time; the answers in their order."""
    if "together" not in request:
        return ask(request, name, folder, addresses)
    with concurrent.futures.ThreadPoolExecutor(len(request["together"])) as pool:
        return list(pool.map(lambda each: ask(each, name, folder, addresses), request["together"]))


def ask(request: dict[str, Any], name: str, folder: Path, addresses: dict[str, str]) -> dict[str, Any]:
    """Send one request; returns status, the headers that matter, and the body as text or base64."""
    body, content_type = body_of(request, name, folder)
    headers = {**request.get("headers", {}), **({"Content-Type": content_type} if content_type else {})}
    address = addresses["management" if request.get("management") else "inference"]
    # Not urllib: it changes the letter case of header names, which TorchServe looks up exactly.
    connection = http.client.HTTPConnection(address.split("//")[1], timeout=READY_LIMIT_S)
    try:
        connection.request(request.get("method", "POST"), request["path"], body, headers)
        response = connection.getresponse()
        return answer_of(response.status, response.headers, response.read(), request)
    finally:
        connection.close()


def answer_of(status: int, headers: Any, body: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """What is compared of an answer."""
    kept = {key: headers[key] for key in KEPT_HEADERS if headers[key] is not None}
    answer: dict[str, Any] = {"status": status, "headers": kept}
    if "field" in request:
        return {"status": status, "headers": {}, "json": json.loads(body)[0][request["field"]]}
    try:
        answer["text"] = body.decode("utf-8")
    except UnicodeDecodeError:
        answer["base64"] = base64.b64encode(body).decode()
    return answer


def body_of(request: dict[str, Any], name: str, folder: Path) -> tuple[bytes, str | None]:
    """The body that a request describes, and its content type."""
    if request.get("method") == "GET":
        return b"", None
    if "json" in request:
        return json.dumps(request["json"]).encode(), "application/json"
    if "json_ramp" in request:
        rows, columns = request["json_ramp"]
        ramp = [[row * columns + column for column in range(columns)] for row in range(rows)]
        return json.dumps(
            [[value / (rows * columns) for value in row] for row in ramp]
        ).encode(), "application/json"
    if "text" in request:
        return request["text"].encode(), "text/plain"
    if "form_text" in request:
        return form({key: value.encode() for key, value in request["form_text"].items()})
    content = (EXAMPLES / name / request["file"].replace("{built}", str(folder / name))).read_bytes()
    if "form_base64" in request:
        return form({request["form_base64"]: base64.b64encode(content)})
    return form({request["form"]: content}) if "form" in request else (content, "application/octet-stream")


def form(parts: dict[str, bytes]) -> tuple[bytes, str]:
    """A multipart form."""
    border = uuid.uuid4().hex.encode()
    lines = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (border, key.encode(), value)
        for key, value in parts.items()
    ]
    return b"".join(lines) + b"--%s--\r\n" % border, f"multipart/form-data; boundary={border.decode()}"


@contextlib.contextmanager
def serve(name: str, folder: Path, torchserve: str) -> Iterator[dict[str, str]]:
    """Run the server with one model; gives its addresses once the model's worker is ready."""
    with tempfile.TemporaryDirectory() as own:
        ports = free_ports(5)
        addresses = {
            role: f"http://127.0.0.1:{port}"
            for role, port in zip(("inference", "management", "metrics"), ports)
        }
        config = Path(own) / "config.properties"
        lines = [f"{role}_address={address}" for role, address in addresses.items()]
        lines += [
            f"grpc_inference_port={ports[3]}",
            f"grpc_management_port={ports[4]}",
            f"load_models={name}.mar",
        ]
        lines += ["default_workers_per_model=1", "disable_system_metrics=true"]
        config.write_text("\n".join(lines) + "\n")
        command = f"{torchserve} --start --foreground --ncs --disable-token-auth --enable-model-api"
        command += f" --ts-config {config} --model-store {folder}"
        environment = {**os.environ, "TEMP": own, "TMPDIR": own, "LOG_LOCATION": own, "METRICS_LOCATION": own}
        output = Path(own) / "output.txt"
        server = subprocess.Popen(
            shlex.split(command),
            cwd=own,
            env=environment,
            stdout=output.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(name, addresses["management"], server, output)
            yield addresses
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(name: str, management: str, server: Any, output: Path) -> None:
    """Wait until the model's worker is ready."""
    end = time.time() + READY_LIMIT_S
    while time.time() < end and server.poll() is None:
        with contextlib.suppress(OSError, KeyError, IndexError, ValueError):
            answer = urllib.request.urlopen(f"{management}/models/{name}", timeout=5).read()
            if json.loads(answer)[0]["workers"][0]["status"] == "READY":
                return
        time.sleep(0.3)
    raise SystemExit(f"{name} was not ready: {output.read_text(errors='replace')[-3000:]}")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


if __name__ == "__main__":
    main()
