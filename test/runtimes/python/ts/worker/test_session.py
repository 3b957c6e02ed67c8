"""The worker's end of its connection."""

from __future__ import annotations

import os
import socket
import tempfile
import unittest

from ts.worker.session import _connect


class Connections(unittest.TestCase):
    def test_hold_more_of_an_answer_than_the_system_would_let_them(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
            path = os.path.join(folder, "workers.sock")
            server.bind(path)
            server.listen()
            usual = server.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
            with _connect(path) as sock:
                self.assertGreater(sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF), usual)


if __name__ == "__main__":
    unittest.main()
