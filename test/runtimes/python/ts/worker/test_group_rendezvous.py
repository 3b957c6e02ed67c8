"""A machine that joined a rendezvous learns that it has gone."""

from __future__ import annotations

import subprocess
import sys
import threading
import unittest

from ts.worker.group_rendezvous import follow_rendezvous

NEEDS = ["torch"]

#: A first machine: opens a rendezvous on a free port, says which, and stays.
FIRST_MACHINE = """
import time
from torch.distributed import TCPStore
store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
print(store.port, flush=True)
time.sleep(600)
"""


class FollowRendezvous(unittest.TestCase):
    """With the store that torchrun uses."""

    def first_machine(self):
        """The process of a first machine, and its endpoint."""
        machine = subprocess.Popen([sys.executable, "-c", FIRST_MACHINE], stdout=subprocess.PIPE, text=True)
        self.addCleanup(machine.wait)
        self.addCleanup(machine.kill)
        self.addCleanup(machine.stdout.close)
        return machine, f"127.0.0.1:{int(machine.stdout.readline())}"

    def test_leaves_when_the_first_machine_has_gone(self):
        machine, endpoint = self.first_machine()
        reasons, left = [], threading.Event()

        def leave(reason):
            reasons.append(reason)
            left.set()

        follow_rendezvous(endpoint, leave)
        self.assertFalse(left.wait(0.5))
        machine.kill()
        self.assertTrue(left.wait(30))
        self.assertEqual(reasons, [f"The rendezvous at {endpoint} has ended"])

    def test_leaves_an_endpoint_without_a_port_to_torchrun(self):
        before = threading.active_count()
        follow_rendezvous("127.0.0.1", self.fail)
        self.assertEqual(threading.active_count(), before)


if __name__ == "__main__":
    unittest.main()
