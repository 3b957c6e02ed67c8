"""The server's end of the wire, small: starts a real worker process and speaks frames with it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time

LIMIT_S = 20
TYPES = ["", "HELLO", "LOAD", "READY", "FAILED", "BATCH", "CHUNK", "DONE", "CANCEL", "BYE", "METRIC", "LOG", "ALIVE"]


class WorkerProcess:
    """
    A worker with the handler `source` (in `handler.py`) loaded unless `load` is False. `files` lie beside it. Ended
    when the block does; `output` is then all it printed.
    """

    def __init__(
        self, source="", handler="handler.py", load=True, files=None, header=None, env=None, stdin=True
    ):
        import ts

        self.folder = tempfile.mkdtemp()
        self.model = os.path.join(self.folder, "model")
        os.mkdir(self.model)
        for name, text in {"handler.py": source, **(files or {})}.items():
            path = os.path.join(self.model, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(textwrap.dedent(text))
        self._load = load
        self._header = {"handler": handler, **(header or {})}
        self._package = os.path.dirname(os.path.abspath(ts.__file__))
        self._env = env or {}
        self._stdin = stdin
        self._buffer = b""
        self.output = ""
        self._next = 1

    def __enter__(self):
        path = os.path.join(self.folder, "s")
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(1)
        server.settimeout(LIMIT_S)
        env = {**os.environ, "TS_SERVE_WORKER_SOCKET": path, "TS_SERVE_WORKER_TOKEN": "secret"}
        env["PYTHONPATH"] = os.pathsep.join([self.model, os.path.dirname(self._package)])
        env.update(self._env)
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(self._package, "worker", "main.py")],
            cwd=self.model,
            env=env,
            stdin=subprocess.PIPE if self._stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._printing = threading.Thread(target=self._read_output, daemon=True)
        self._printing.start()
        self.connection, _ = server.accept()
        self.connection.settimeout(LIMIT_S)
        server.close()
        self.hello = self.read()
        if self._load:
            self.load()
        return self

    def __exit__(self, *_):
        self.connection.close()
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self.process.stdin and self.process.stdin.close()
        self.process.stdout.close()
        shutil.rmtree(self.folder)

    def load(self):
        """Sends LOAD and gives the answer; an AssertionError if it is not READY."""
        self.send("LOAD", 1, load_header(self.model, **self._header))
        answer = self.read()
        assert answer["type"] == "READY", answer
        return answer

    def send(self, kind, frame_id, header, body=b""):
        self.connection.sendall(frame(kind, frame_id, header, body))

    def send_batch(self, *asks, frame_id=None, **more):
        """
        Each ask is bytes (the part `body`) or a dict with `parts`, `headers`, `verb`; `more` goes into the batch's
        header. Gives the batch's number.
        """
        frame_id = frame_id or self._next
        self._next = frame_id + 1
        jobs, body = [], b""
        for index, ask in enumerate(asks):
            ask = ask if isinstance(ask, dict) else {"parts": [("body", "", ask)]}
            parts = [{"name": n, "type": t, "size": len(b)} for n, t, b in ask.get("parts", [])]
            body += b"".join(b for _, _, b in ask.get("parts", []))
            jobs.append(
                {
                    "id": ask.get("id", f"request-{frame_id}-{index}"),
                    "verb": ask.get("verb", "predict"),
                    "headers": ask.get("headers", {}),
                    "parts": parts,
                }
            )
        self.send("BATCH", frame_id, {"jobs": jobs, **more}, body)
        return frame_id

    def read(self):
        """The next frame as a dict; None at the end of the connection."""
        while len(self._buffer) < 4 or len(self._buffer) < 4 + struct.unpack_from(">I", self._buffer)[0]:
            piece = self.connection.recv(1 << 20)
            if not piece:
                return None
            self._buffer += piece
        length, kind, _, frame_id, header_bytes = struct.unpack_from(">IBBII", self._buffer)
        taken, self._buffer = self._buffer[: 4 + length], self._buffer[4 + length :]
        header = json.loads(taken[14 : 14 + header_bytes])
        return {"type": TYPES[kind], "id": frame_id, "header": header, "body": taken[14 + header_bytes :]}

    def until(self, kind):
        """All frames up to the first of this type, which is the last of them."""
        frames = [self.read()]
        while frames[-1] is not None and frames[-1]["type"] != kind:
            frames.append(self.read())
        return frames

    def ask(self, *asks):
        """Sends a batch; gives a list of (answer, body)."""
        self.send_batch(*asks)
        done = self.until("DONE")[-1]
        answers, at = [], 0
        for answer in done["header"]["answers"]:
            answers.append((answer, done["body"][at : at + answer["size"]]))
            at += answer["size"]
        return answers

    def wait(self):
        """Waits for the end of the process and of what it prints; gives the exit code."""
        code = self.process.wait(LIMIT_S)
        self._printing.join(LIMIT_S)
        return code

    def printed(self, text):
        """Waits until the text was printed."""
        limit = time.monotonic() + LIMIT_S
        while text not in self.output:
            assert time.monotonic() < limit, f"{text!r} is not in {self.output!r}"
            time.sleep(0.01)

    def _read_output(self):
        while True:
            piece = os.read(self.process.stdout.fileno(), 1 << 16)
            if not piece:
                return
            self.output = (self.output + piece.decode("utf-8", "replace"))[-200_000:]


def frame(kind, frame_id, header, body=b""):
    """A frame's bytes, written without the worker's own code."""
    text = json.dumps(header).encode()
    return (
        struct.pack(">IBBII", 10 + len(text) + len(body), TYPES.index(kind), 0, frame_id, len(text))
        + text
        + body
    )


def load_header(directory, **changes):
    """What LOAD says of a model in a folder."""
    return {
        "model": "test",
        "version": "1.0",
        "directory": directory,
        "manifest": {},
        "handler": "handler.py",
        "envelope": "",
        "modelConfig": {},
        "device": {"type": "cpu"},
        "batchSize": 1,
        "threads": 1,
        "limitMaxImagePixels": True,
        "decodeInput": True,
        "maxResponseBytes": 6553500,
        "continuousBatching": False,
        "asyncCommunication": False,
        "modelMetrics": [],
        **changes,
    }
