"""Requests for ranks on other machines: put into a store on rank 0, taken out where the other ranks are."""

from __future__ import annotations

import os
import socket
import threading
import unittest

from ts.worker import group_relay
from ts.worker.group_relay import Frames, Relay, read_frame

BATCH, LOAD = 5, 2


class Store:
    """As much of torch's store as is used."""

    def __init__(self):
        self.values = {}
        self.changed = threading.Condition()

    def set(self, key, value):
        with self.changed:
            self.values[key] = value
            self.changed.notify_all()

    def get(self, key):
        with self.changed:
            while key not in self.values:
                if not self.changed.wait(10):
                    raise RuntimeError("nothing came")
            return self.values[key]

    def delete_key(self, key):
        self.values.pop(key, None)


def frame_of(kind, body=b""):
    """A frame of the protocol without a header."""
    rest = bytes([kind, 0]) + bytes(8) + body
    return len(rest).to_bytes(4, "big") + rest


class Carrying(unittest.TestCase):
    """Two relays, one of rank 0 and one of another machine."""

    def setUp(self):
        self.store = Store()
        self.first, self.other = self.relay(True), self.relay(False)

    def relay(self, publishes):
        """The outer ends of a relay: the server's and the rank's."""
        server, inner_server = socket.socketpair()
        rank, inner_rank = socket.socketpair()
        for end in (server, rank):
            end.settimeout(10)
            self.addCleanup(end.close)
        Relay(inner_server, inner_rank, lambda: Frames(self.store), publishes).start()
        return server, rank

    def test_requests_reach_both_ranks_in_order_and_answers_their_own_server(self):
        """What is no request stays between a server and its rank."""
        (server, rank), (other_server, other_rank) = self.first, self.other
        server.sendall(frame_of(LOAD, b"one") + frame_of(BATCH, b"first") + frame_of(BATCH, b"second"))
        other_server.sendall(frame_of(LOAD, b"two"))
        seen = [read_frame(rank)[14:] for _ in range(3)]
        self.assertEqual(seen, [b"one", b"first", b"second"])
        # Before LOAD a rank would not know what to do with requests.
        others = [read_frame(other_rank)[14:] for _ in range(3)]
        self.assertEqual(others, [b"two", b"first", b"second"])
        rank.sendall(b"answer")
        other_rank.sendall(b"other")
        self.assertEqual((server.recv(100), other_server.recv(100)), (b"answer", b"other"))

    def test_large_requests_go_in_pieces_and_old_ones_are_forgotten(self):
        """The store has a limit for one value, and must not grow."""
        server, rank = self.first
        self.other[0].sendall(frame_of(LOAD))
        read_frame(self.other[1])
        body = os.urandom(9 * 1024 * 1024)

        def send():
            server.sendall(frame_of(BATCH, body))
            for number in range(100):
                server.sendall(frame_of(BATCH, str(number).encode()))

        threading.Thread(target=send, daemon=True).start()
        self.assertEqual(read_frame(rank)[14:], body)
        self.assertEqual(read_frame(self.other[1])[14:], body)
        for number in range(100):
            self.assertEqual(read_frame(rank)[14:], str(number).encode())
        self.assertLessEqual(len(self.store.values), 64)

    def test_the_end_of_the_server_is_the_end_of_the_rank_and_the_other_way_round(self):
        """Sockets tell who is gone."""
        server, rank = self.first
        server.close()
        self.assertEqual(rank.recv(1), b"")
        other_server, other_rank = self.other
        other_rank.close()
        self.assertEqual(other_server.recv(1), b"")


class Needed(unittest.TestCase):
    """Most ranks dial their server themselves."""

    def test_only_in_a_group_over_several_machines_whose_ranks_all_get_every_request(self):
        """The address stays as it is."""
        from unittest import mock

        ranks = [
            {"RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "TS_SERVE_EVERY_RANK": "1"},
            {"RANK": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2", "TS_SERVE_EVERY_RANK": "1"},
            {"RANK": "2", "GROUP_RANK": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"},
        ]
        for rank in ranks:
            with mock.patch.dict(os.environ, {**rank, "TS_SERVE_WORKER_SOCKET": "/nowhere"}):
                group_relay.relay_requests()
                self.assertEqual(os.environ["TS_SERVE_WORKER_SOCKET"], "/nowhere")


if __name__ == "__main__":
    unittest.main()
