"""The launcher: a real server, started, asked and stopped."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import tempfile
import unittest
import urllib.error
import urllib.request

from ts import launcher

HANDLER = "export const handle = (data) => data.map(() => 'hello');\n"
MANIFEST = {
    "runtime": "node",
    "model": {"modelName": "hello", "modelVersion": "1.0", "handler": "handler.mjs"},
}


def free_ports(count):
    """Ports that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Launcher(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.store = self.make("store")
        model = self.make("store/hello/MAR-INF")
        self.write(os.path.join(model, "MANIFEST.json"), json.dumps(MANIFEST))
        self.write(os.path.join(self.store, "hello", "handler.mjs"), HANDLER)
        # The number of the one server of a machine is kept in the temporary folder: this test has one of its own.
        before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        logs = self.make("logs")
        os.environ.update(TEMP=self.make("temp"), LOG_LOCATION=logs, METRICS_LOCATION=logs)

    def make(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(path)
        return path

    def write(self, path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def config(self, ports):
        names = ("inference", "management", "metrics")
        lines = [f"{name}_address=http://127.0.0.1:{port}" for name, port in zip(names, ports)]
        return self.write(
            os.path.join(self.folder, "config.properties"), "\n".join([*lines, "number_of_gpu=0"])
        )

    def test_a_server_is_started_asked_and_stopped(self):
        inference, management, metrics = ports = free_ports(3)
        url = f"http://127.0.0.1:{management}"
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            lines = launcher.start(
                self.store, self.config(ports), True, disable_token=True, enable_model_api=True
            )
        self.addCleanup(launcher.stop)
        self.assertIn("Model server started.\n", lines.queue)
        self.assertIn("Model server started.\n", printed.getvalue())

        answer = launcher.register_model("hi", "hello", url)
        self.assertEqual((answer.status_code, answer.ok), (200, True), answer.text)
        self.assertIn("registered", answer.json()["status"])
        with urllib.request.urlopen(f"http://127.0.0.1:{inference}/predictions/hi", data=b"x") as prediction:
            self.assertEqual(prediction.read(), b"hello")

        refused = launcher.register_model_with_params(
            {"url": "nothing.mar", "batch_size": 2, "handler": None}, url
        )
        self.assertEqual(refused.status_code, 404)
        with self.assertRaisesRegex(
            RuntimeError, "^The server answered 404: Model not found at: nothing.mar$"
        ):
            refused.raise_for_status()

        launcher.stop()
        with self.assertRaises(OSError):
            launcher.register_model("hi", "hello", url)

    def test_a_server_that_does_not_start_says_why(self):
        config = self.write(os.path.join(self.folder, "config.properties"), "job_queue_size=many")
        with contextlib.redirect_stdout(io.StringIO()):
            with self.assertRaisesRegex(RuntimeError, "(?s)did not start.*job_queue_size"):
                launcher.start(self.store, config, models="hello")


if __name__ == "__main__":
    unittest.main()
