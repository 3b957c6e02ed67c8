"""A real worker process: what handlers may do to it and what it answers."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import unittest

from worker_process import WorkerProcess

ECHO = """
def handle(data, context):
    return None if data is None else [row.get("body") for row in data]
"""


def do(action, indent="    "):
    """A handler whose function does `action` when it gets data."""
    lines = "\n".join(indent + line for line in action.splitlines())
    return f"import os, sys, time\ndef handle(data, context):\n    if data is None: return None\n{lines}\n"


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(what):
    limit = time.monotonic() + 10
    while not what():
        assert time.monotonic() < limit
        time.sleep(0.01)


class Life(unittest.TestCase):
    def test_says_hello_with_its_token_and_hides_it_from_handlers(self):
        source = do("return [str(os.environ.get('TS_SERVE_WORKER_TOKEN'))]")
        with WorkerProcess(source) as worker:
            self.assertEqual(worker.hello["type"], "HELLO")
            self.assertEqual(worker.hello["header"]["token"], "secret")
            self.assertEqual(worker.hello["header"]["pid"], worker.process.pid)
            self.assertEqual(worker.hello["header"]["rank"], 0)
            self.assertEqual(worker.ask(b"x")[0][1], b"None")

    def test_answers_batches_in_order_and_every_request_of_them(self):
        with WorkerProcess(ECHO) as worker:
            for frame_id in (1, 2, 3):
                worker.send_batch(b"a%d" % frame_id, b"b")
            done = [worker.read() for _ in range(3)]
            self.assertEqual([each["id"] for each in done], [1, 2, 3])
            self.assertEqual([each["body"] for each in done], [b"a1b", b"a2b", b"a3b"])
            self.assertGreaterEqual(done[0]["header"]["handlerMs"], 0)

    def test_takes_and_gives_bodies_of_any_size(self):
        with WorkerProcess(ECHO, header={"maxResponseBytes": 50_000_000}) as worker:
            for size in (0, 1, 65_522, 65_536, 3_000_001):
                body = os.urandom(size)
                self.assertEqual(worker.ask(body)[0][1], body, size)

    def test_ends_politely_when_told_and_runs_what_was_registered_for_its_end(self):
        source = "import atexit\natexit.register(lambda: print('bye then'))\n" + ECHO
        with WorkerProcess(source) as worker:
            worker.send_batch(b"last")
            worker.send("BYE", 0, {})
            self.assertEqual(worker.read()["body"], b"last")
            self.assertIsNone(worker.read())
            self.assertEqual(worker.wait(), 0)
            self.assertIn("bye then", worker.output)

    def test_ends_at_once_when_the_connection_does(self):
        with WorkerProcess(ECHO) as worker:
            worker.connection.close()
            self.assertEqual(worker.wait(), 0)

    def test_ignores_what_a_terminal_or_a_service_manager_sends_to_all(self):
        with WorkerProcess(ECHO) as worker:
            for number in (signal.SIGINT, signal.SIGTERM):
                worker.process.send_signal(number)
            self.assertEqual(worker.ask(b"still here")[0][1], b"still here")

    def test_ends_by_what_is_no_frame(self):
        with WorkerProcess(ECHO) as worker:
            worker.connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertEqual(worker.wait(), 1)
            self.assertIn("There is no frame of type", worker.output)

    def test_does_not_start_by_hand(self):
        with WorkerProcess(load=False) as worker:
            from subprocess import run

            env = {name: value for name, value in os.environ.items() if not name.startswith("TS_SERVE")}
            ran = run(worker.process.args, env=env, capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, 1)
            self.assertIn("TS_SERVE_WORKER_SOCKET is not set", ran.stderr)


class Polling(unittest.TestCase):
    """Looking for the next frame without sleeping, as the server asks for it."""

    #: CPU seconds: more than a batch takes, and less than half a second leaves a busy process on any machine.
    LITTLE_S = 0.02

    def cpu_between(self, **more):
        """CPU seconds of the worker between two batches that lie half a second apart."""
        with WorkerProcess(do("return [repr(time.process_time())]")) as worker:
            worker.send_batch(b"x", **more)
            before = float(worker.read()["body"])
            time.sleep(0.5)
            worker.send_batch(b"x")
            return float(worker.read()["body"]) - before

    def test_looks_for_the_next_batch_without_sleeping_when_told_to(self):
        self.assertGreater(self.cpu_between(pollUs=10_000_000), self.LITTLE_S)

    def test_sleeps_else_and_when_the_time_is_over(self):
        self.assertLess(self.cpu_between(), self.LITTLE_S)
        self.assertLess(self.cpu_between(pollUs=1000), self.LITTLE_S)

    def test_ends_with_the_connection_while_it_looks(self):
        with WorkerProcess(do("return [b'']")) as worker:
            worker.send_batch(b"x", pollUs=60_000_000)
            worker.read()
            worker.connection.close()
            self.assertIsNotNone(worker.process.wait(10))


class Orphans(unittest.TestCase):
    STUCK = """
        import os, re, sys
        def handle(data, context):
            if data is None: return
            child = os.fork()
            if child: print("child", child, "forked", flush=True)
            re.match("(a+)+$", "a" * 60 + "b")
    """

    @unittest.skipUnless(os.path.exists("/proc/self/stat"), "needs Linux")
    def test_is_killed_with_its_children_however_stuck_when_the_servers_end_of_stdin_closes(self):
        with WorkerProcess(self.STUCK) as worker:
            worker.send_batch(b"x")
            worker.printed("forked")
            child = int(worker.output.split("child ")[1].split()[0])
            worker.process.stdin.close()
            self.assertEqual(worker.process.wait(10), -signal.SIGKILL)
            wait_until(lambda: not is_alive(child))
            worker.process.stdin = None

    def test_ends_without_a_pipe_as_stdin_too_when_the_handler_lets_other_threads_run(self):
        with WorkerProcess(do("print('sleeping', flush=True)\ntime.sleep(1000)"), stdin=False) as worker:
            worker.send_batch(b"x")
            worker.printed("sleeping")
            worker.connection.close()
            self.assertNotEqual(worker.process.wait(10), 0)


class Endings(unittest.TestCase):
    def test_a_handler_that_exits_ends_the_worker_with_its_code_and_tells_where(self):
        with WorkerProcess(do("sys.exit(3)")) as worker:
            worker.send_batch(b"x")
            self.assertIsNone(worker.read())
            self.assertEqual(worker.wait(), 3)
            self.assertRegex(worker.output, r'handler.py", line 4, in handle[\s\S]*SystemExit: 3')

    def test_a_handler_that_leaves_the_process_or_crashes_it_is_seen_by_the_code(self):
        with WorkerProcess(do("os._exit(9)")) as worker:
            worker.send_batch(b"x")
            self.assertEqual(worker.wait(), 9)
        with WorkerProcess(do("import ctypes\nctypes.string_at(1)")) as worker:
            worker.send_batch(b"x")
            self.assertEqual(worker.wait(), -signal.SIGSEGV)
            self.assertRegex(worker.output, r'Segmentation fault[\s\S]*handler.py", line 5 in handle')

    def test_what_was_answered_before_an_exit_still_leaves(self):
        source = do("if data[0]['body'] == b'go': sys.exit(4)\nreturn ['done']")
        with WorkerProcess(source) as worker:
            worker.connection.sendall(b"".join([]))
            worker.send_batch(b"first")
            worker.send_batch(b"go")
            self.assertEqual(worker.read()["body"], b"done")
            self.assertIsNone(worker.read())
            self.assertEqual(worker.wait(), 4)


class Forks(unittest.TestCase):
    def test_a_forked_child_that_comes_back_from_the_handler_answers_nothing(self):
        with WorkerProcess(do("pid = os.fork()\nreturn [str(pid == 0)]")) as worker:
            for _ in range(3):
                self.assertEqual(worker.ask(b"x")[0][1], b"False")

    def test_children_do_not_hold_the_connection_open(self):
        source = do("import subprocess\nc = subprocess.Popen(['sleep', '1000'])\nreturn [str(c.pid)]")
        with WorkerProcess(source) as worker:
            child = int(worker.ask(b"x")[0][1])
            try:
                os.kill(worker.process.pid, signal.SIGKILL)
                self.assertIsNone(worker.read())
            finally:
                os.kill(child, signal.SIGKILL)

    def test_a_process_that_a_handler_makes_can_be_ended_by_it(self):
        source = do(
            "import multiprocessing\np = multiprocessing.get_context('fork').Process(target=time.sleep, args=(1000,))\n"
            "p.start(); time.sleep(0.2); p.terminate(); p.join(10)\nreturn [str(p.exitcode)]"
        )
        with WorkerProcess(source) as worker:
            self.assertEqual(worker.ask(b"x")[0][1], b"-15")


class Output(unittest.TestCase):
    def test_prints_appear_at_once_line_by_line_and_the_rest_with_the_answer(self):
        source = do(
            "print('begun')\ntime.sleep(float(data[0]['body']))\nprint('no newline', end='')\nreturn ['x']"
        )
        with WorkerProcess(source) as worker:
            worker.send_batch(b"0.5")
            worker.printed("begun")
            self.assertNotIn("no newline", worker.output)
            worker.until("DONE")
            worker.printed("no newline")

    def test_any_text_any_bytes_and_a_lot_of_them_may_be_printed(self):
        source = do(
            "print('\\udcff \\u4f60')\nsys.stdout.buffer.write(bytes(range(256)) * 4000)\n"
            "for _ in range(2000): print('x' * 10000)\nos.write(1, b'[junk')\nreturn ['fine']"
        )
        with WorkerProcess(source, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}) as worker:
            self.assertEqual(worker.ask(b"x")[0][1], b"fine")
            self.assertEqual(worker.ask(b"x")[0][1], b"fine")

    def test_closing_or_replacing_stdout_harms_nobody(self):
        source = do("sys.stdout.close()\nsys.stdout = None\nsys.stderr.close()\nreturn ['quiet']")
        with WorkerProcess(source) as worker:
            self.assertEqual(worker.ask(b"x")[0][1], b"quiet")
            self.assertEqual(worker.ask(b"x")[0][0]["status"], 503)
            self.assertEqual(worker.ask(b"x")[0][0]["status"], 503)


class Modules(unittest.TestCase):
    def test_modules_of_the_archive_may_have_the_names_of_the_workers(self):
        files = {
            "service.py": "NAME = 'mine'",
            "frames.py": "NAME = 'mine'",
            "socket.py": "NAME = 'mine'",
            "process.py": "NAME = 'mine'",
        }
        source = do("import service, frames, process\nreturn [service.NAME + frames.NAME + process.NAME]")
        with WorkerProcess(source, files=files) as worker:
            self.assertEqual(worker.ask(b"x")[0][1], b"mineminemine")

    def test_the_package_is_ours_whatever_the_archive_calls_its_own(self):
        with WorkerProcess(do("import ts\nreturn [ts.__file__]"), files={"ts/__init__.py": ""}) as worker:
            import ts

            self.assertEqual(os.path.realpath(worker.ask(b"x")[0][1].decode()), os.path.realpath(ts.__file__))

    def test_no_heavy_package_is_loaded_for_a_handler_that_imports_none(self):
        source = do(
            "heavy = ['torch', 'numpy', 'psutil', 'yaml', 'asyncio', 'logging', 'typing', 'argparse']\n"
            "return [[name for name in heavy if name in sys.modules]]"
        )
        # What an interpreter's own site packages load at its start is not ours.
        with WorkerProcess(source, env={"PYTHONNOUSERSITE": "1"}) as worker:
            loaded = set(json.loads(worker.ask(b"x")[0][1]))
            self.assertEqual(loaded & {"torch", "numpy", "psutil", "yaml", "asyncio", "argparse"}, set())

    @unittest.skipUnless(os.path.exists("/proc/self/status"), "needs Linux")
    def test_takes_less_than_25_mb(self):
        with WorkerProcess(ECHO) as worker:
            worker.ask(b"x")
            with open(f"/proc/{worker.process.pid}/status") as file:
                kib = int(file.read().split("VmRSS:")[1].split()[0])
            self.assertLess(kib, 25 * 1024)

    def test_dials_an_address_too(self):
        server = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{server.getsockname()[1]}"
        worker = WorkerProcess(load=False, env={"TS_SERVE_WORKER_SOCKET": address})
        server.settimeout(10)
        real_accept = socket.socket.accept

        def accept(_):
            return real_accept(server)

        socket.socket.accept = accept
        try:
            with worker:
                self.assertEqual(worker.hello["type"], "HELLO")
        finally:
            socket.socket.accept = real_accept
            server.close()


if __name__ == "__main__":
    unittest.main()
