"""The launcher of ranks, with a stand-in for torchrun: it ends as the rank that failed first did."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

WORKER = os.path.join(os.path.dirname(__import__("ts").__file__), "worker")

#: A package `torch` that starts ranks as torchrun does: each in a session of its own, and looks rarely.
TORCHRUN = """
import os, subprocess, sys, time
def parse_args(argv):
    return argv
def run(argv):
    ranks = []
    for rank, program in enumerate(os.environ["PROGRAMS"].split("|")):
        env = {**os.environ, "RANK": str(rank), "LOCAL_RANK": str(rank)}
        ranks.append(subprocess.Popen([sys.executable, "-c", program], env=env, start_new_session=True))
    if os.environ.get("FAILS"):
        raise RuntimeError("no rendezvous")
    while any(rank.poll() is None for rank in ranks):
        time.sleep(30)
"""

#: A store whose server goes soon.
STORE = """
import time
class TCPStore:
    def __init__(self, *_, **__):
        pass
    def wait(self, *_):
        time.sleep(0.5)
        raise RuntimeError("the connection was lost")
"""


class Launcher(unittest.TestCase):
    """Each test has its own stand-in."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ts-launcher-")
        self.addCleanup(shutil.rmtree, self.folder)
        package = os.path.join(self.folder, "torch", "distributed")
        os.makedirs(package)
        for path in (os.path.dirname(package), package):
            with open(os.path.join(path, "__init__.py"), "w", encoding="utf-8"):
                pass
        with open(os.path.join(package, "run.py"), "w", encoding="utf-8") as file:
            file.write(TORCHRUN)

    def launch(self, *programs, options=("--nnodes", "1"), **more):
        """The launcher's process."""
        environment = {**os.environ, "PROGRAMS": "|".join(programs), "PYTHONPATH": self.folder, **more}
        # The environment's own packages come first, so they must not be there.
        arguments = [*options, "--nproc-per-node", str(len(programs))]
        command = [sys.executable, "-S", os.path.join(WORKER, "group_launcher.py"), *arguments]
        return subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def pid_file(self, name):
        """A program that writes its number, and the function that reads it."""
        path = os.path.join(self.folder, name)
        steps = [
            "import os,time",
            f"open({path!r} + '~','w').write(str(os.getpid()))",
            f"os.rename({path!r} + '~', {path!r})",
            "time.sleep(60)",
        ]
        program = "; ".join(steps)

        def pid():
            for _ in range(500):
                if os.path.exists(path) and os.path.getsize(path):
                    with open(path, encoding="utf-8") as file:
                        return int(file.read())
                time.sleep(0.02)
            raise AssertionError(f"{name} did not start")

        return program, pid

    def test_it_ends_by_the_signal_that_ended_a_rank_and_ends_the_others(self):
        """A rank that noticed the broken group (exit code 70) is not the cause."""
        sleeper, pid = self.pid_file("sleeper")
        path = os.path.join(self.folder, "sleeper")
        await_it = f"import os,time\nwhile not os.path.isfile({path!r}): time.sleep(.01)"
        broken = f"{await_it}\ntime.sleep(.1)\nos._exit(70)"
        launcher = self.launch(sleeper, f"{await_it}\nos.kill(os.getpid(), 11)", broken)
        _, story = launcher.communicate(timeout=20)
        self.assertEqual(launcher.returncode, -signal.SIGSEGV)
        self.assertRegex(story, r"Rank 1 \(pid \d+\) was ended by SIGSEGV; its group is ended\.")
        self.assertFalse(is_alive(pid()))

    def test_it_ends_with_the_exit_code_of_a_rank(self):
        """Told in words, too."""
        launcher = self.launch("import time; time.sleep(60)", "import os; os._exit(9)")
        _, story = launcher.communicate(timeout=20)
        self.assertEqual(launcher.returncode, 9)
        self.assertIn("ended with exit code 9", story)

    def test_on_a_later_machine_it_ends_with_the_rendezvous_of_the_first(self):
        """Of a fixed meeting place; the stand-in's store goes as soon as somebody waits in it."""
        utils = os.path.join(self.folder, "torch", "distributed", "elastic", "rendezvous")
        os.makedirs(utils)
        files = {
            os.path.join(self.folder, "torch", "distributed", "__init__.py"): STORE,
            os.path.join(os.path.dirname(utils), "__init__.py"): "",
            os.path.join(utils, "__init__.py"): "",
            os.path.join(utils, "utils.py"): "def parse_rendezvous_endpoint(*_, **__): return 'host', 1\n",
        }
        for path, text in files.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        sleeper, _ = self.pid_file("sleeper")
        place = ["--nnodes", "2", "--rdzv-backend", "static", "--rdzv-endpoint", "host:1", "--node-rank", "1"]
        launcher = self.launch(sleeper, options=place)
        _, story = launcher.communicate(timeout=20)
        self.assertEqual(launcher.returncode, 70)
        self.assertIn("The rendezvous at host:1 has ended; this machine's part of the group is ended.", story)

    def test_it_ends_well_when_all_ranks_have(self):
        """Without waiting for torchrun to notice."""
        launcher = self.launch("pass", "pass")
        launcher.communicate(timeout=20)
        self.assertEqual(launcher.returncode, 0)

    def test_it_tells_when_torchrun_gives_up_and_ends_the_ranks(self):
        """No rendezvous, for example."""
        sleeper, _ = self.pid_file("sleeper")
        launcher = self.launch(sleeper, FAILS="1")
        _, story = launcher.communicate(timeout=20)
        self.assertEqual(launcher.returncode, 1)
        self.assertIn("RuntimeError: no rendezvous", story)

    @unittest.skipUnless(sys.platform.startswith("linux"), "asks Linux for a signal at the parent's death")
    def test_it_does_not_outlive_the_server(self):
        """The server is a process that starts it and is killed."""
        sleeper, pid = self.pid_file("sleeper")
        arguments = ["--nnodes", "1", "--nproc-per-node", "1"]
        command = [sys.executable, "-S", os.path.join(WORKER, "group_launcher.py"), *arguments]
        server_program = f"import subprocess,time; subprocess.Popen({command!r}); time.sleep(60)"
        rank = os.path.join(WORKER, "group_parent.py")
        tied = f"import os,runpy; runpy.run_path({rank!r})['die_with_parent'](os.getppid()); {sleeper}"
        environment = {**os.environ, "PROGRAMS": tied, "PYTHONPATH": self.folder}
        server = subprocess.Popen([sys.executable, "-c", server_program], env=environment)
        rank_pid = pid()
        server.kill()
        server.wait()
        for _ in range(250):
            if not is_alive(rank_pid):
                break
            time.sleep(0.02)
        self.assertFalse(is_alive(rank_pid))


def is_alive(pid):
    """False for a process that has ended, also if nobody has asked how."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return ") Z " not in file.read()
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return not os.path.exists("/proc/self/stat")


if __name__ == "__main__":
    unittest.main()
