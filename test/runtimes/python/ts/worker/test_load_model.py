"""Loading: what READY follows, and what FAILED says."""

from __future__ import annotations

import json
import unittest

from worker_process import WorkerProcess, load_header


def failure(source, **options):
    """Status, message and output of a worker that could not load, which must have ended with 1."""
    with WorkerProcess(source, load=False, **options) as worker:
        worker.send("LOAD", 3, load_header(worker.model, **worker._header))
        answer = worker.read()
        assert answer["type"] == "FAILED" and answer["id"] == 3, answer
        assert worker.read() is None
        assert worker.wait() == 1
        message = answer["header"]["message"].replace(worker.model, "MODEL")
        return answer["header"]["status"], message, worker.output


class Failures(unittest.TestCase):
    def test_name_the_exception_and_the_place_in_the_archive(self):
        source = """
            class Bad:
                def initialize(self, context):
                    import json
                    json.loads("{")
                def handle(self, data, context): pass
        """
        status, message, output = failure(source)
        self.assertEqual(status, 500)
        self.assertRegex(message, r"^JSONDecodeError: Expecting property name .* \(MODEL/handler.py:5\)$")
        self.assertRegex(output, r"Traceback[\s\S]*JSONDecodeError")

    def test_of_a_syntax_error_name_its_line(self):
        self.assertRegex(
            failure("def handle(:\n")[1], r"^SyntaxError: invalid syntax.* \(MODEL/handler.py:1\)$"
        )

    def test_of_an_import_name_the_module_that_is_missing_not_ours(self):
        message = failure("import a_module_that_is_not_there\n")[1]
        self.assertRegex(
            message,
            r"^ModuleNotFoundError: No module named 'a_module_that_is_not_there' \(MODEL/handler.py:1\)",
        )
        self.assertRegex(
            message, r"\. If it is a package, .* needs it\. Install it: .* -m pip install a_module_that"
        )
        self.assertRegex(failure("", handler="gone.py")[1], "No module named 'gone'")
        self.assertRegex(failure("", handler="")[1], "names no handler")

    def test_of_memory_are_told_apart(self):
        for error in ("MemoryError('much')", "RuntimeError('CUDA error: out of memory')"):
            status, message, _ = failure(f"def handle(data, context):\n    raise {error}\n")
            self.assertEqual(status, 507)
            self.assertRegex(message, "^System out of memory: ")
        self.assertEqual(failure("def handle(data, context):\n    raise RuntimeError('x')\n")[0], 500)

    def test_of_classes_say_which_were_found(self):
        message = failure("class A: pass\nclass B: pass\n")[1]
        self.assertRegex(message, "Expected only one class in custom service code or a function entry point")
        self.assertRegex(failure("class A: pass\n")[1], "Expect handle method in class")

    def test_that_exit_are_answered_too(self):
        self.assertRegex(failure("import sys\nsys.exit(7)\n")[1], r"^SystemExit: 7 \(MODEL/handler.py:2\)$")

    def test_without_an_answer_are_seen_by_the_code(self):
        with WorkerProcess("import os\nos._exit(7)\n", load=False) as worker:
            worker.send("LOAD", 1, load_header(worker.model))
            self.assertIsNone(worker.read())
            self.assertEqual(worker.wait(), 7)


class Contexts(unittest.TestCase):
    SOURCE = """
        import json, os
        class Tell:
            def initialize(self, context):
                self.context, context.cache = context, {"calls": 0}
            def handle(self, data, context):
                assert context is self.context
                context.cache["calls"] += 1
                return [{
                    "calls": context.cache["calls"],
                    "properties": context.system_properties,
                    "manifest": context.manifest,
                    "config": context.model_yaml_config,
                    "name": context.model_name,
                    "explain": context.get_request_header(0, "explain"),
                }]
    """

    def test_tell_what_load_said_and_stay_the_same(self):
        header = {
            "device": {"type": "cuda", "index": 1},
            "batchSize": 4,
            "manifest": {"model": {"modelName": "m"}},
            "modelConfig": {"handler": {"a": [1]}},
            "limitMaxImagePixels": False,
        }
        with WorkerProcess(self.SOURCE, header=header) as worker:
            worker.ask(b"")
            told = json.loads(worker.ask({"headers": {"explain": "True"}})[0][1])
            folder = told["properties"].pop("model_dir")
            self.assertEqual(folder, worker.model)
            self.assertEqual(
                told,
                {
                    "calls": 2,
                    "properties": {
                        "gpu_id": 1,
                        "batch_size": 4,
                        "server_name": "MMS",
                        "server_version": "0.12.0",
                        "limit_max_image_pixels": False,
                    },
                    "manifest": {"model": {"modelName": "m"}},
                    "config": {"handler": {"a": [1]}},
                    "name": "test",
                    "explain": "True",
                },
            )

    def test_have_no_manifest_and_no_gpu_where_there_is_none(self):
        with WorkerProcess(self.SOURCE) as worker:
            told = json.loads(worker.ask(b"")[0][1])
            self.assertIsNone(told["manifest"])
            self.assertEqual(told["config"], {})
            self.assertIsNone(told["properties"]["gpu_id"])

    def test_metrics_leave_as_frames_with_the_requests_ids(self):
        source = """
            def handle(data, context):
                context.metrics.add_counter("Seen", 2, None)
                if data is None: return
                context.metrics.get_metric("Known").add_or_update(1, ["blue"])
                print("[METRICS]not.for:us")
                return ["x"]
        """
        known = [{"name": "Known", "unit": "count", "type": "counter", "dimensions": ["Colour"]}]
        with WorkerProcess(source, load=False, header={"modelMetrics": known}) as worker:
            worker.send("LOAD", 1, load_header(worker.model, **worker._header))
            *metrics, _ = worker.until("READY")
            self.assertEqual(metrics[0]["header"]["name"], "Seen")
            self.assertRegex(metrics[0]["header"]["requestIds"][0], r"^[0-9a-f-]{36}$")
            worker.send_batch({"id": "r1"})
            *metrics, _ = worker.until("DONE")
            self.assertEqual(
                [metric["header"]["requestIds"] for metric in metrics],
                [["r1"], [""]] if False else [["r1"], []],
            )
            self.assertEqual(metrics[1]["header"]["dimensions"], {"Colour": "blue"})

    def test_metrics_of_the_handlers_own_threads_leave_at_once(self):
        source = """
            import threading, time
            def handle(data, context):
                if data is None: return
                def later():
                    time.sleep(0.2)
                    context.metrics.add_counter("Late", 1)
                threading.Thread(target=later).start()
                return ["x"]
        """
        with WorkerProcess(source) as worker:
            worker.ask(b"")
            self.assertEqual(worker.read()["header"]["name"], "Late")


class Configurations(unittest.TestCase):
    NEEDS_YAML = (
        "def handle(data, context):\n    return [repr(context.model_yaml_config)] if data else None\n"
    )

    def test_are_read_as_python_reads_them_where_it_can(self):
        try:
            import yaml  # noqa: F401
        except ImportError:
            expected = "{'a': 1, 'n': 1}"
        else:
            expected = "{'a': 1.0, 0: 'zero', 'n': 1}"
        header = {
            "manifest": {"model": {"configFile": "c.yaml"}},
            "modelConfig": {"a": 1, "n": 1},
        }
        with WorkerProcess(
            self.NEEDS_YAML, files={"c.yaml": "a: 1.0\n0: zero\nn: 1\n"}, header=header
        ) as worker:
            self.assertEqual(worker.ask(b"")[0][1].decode(), expected)

    def test_are_the_servers_where_the_file_cannot_be_read(self):
        header = {"manifest": {"model": {"configFile": "gone.yaml"}}, "modelConfig": {"a": 1}}
        with WorkerProcess(self.NEEDS_YAML, header=header) as worker:
            self.assertEqual(worker.ask(b"")[0][1], b"{'a': 1}")

    def test_bound_the_batches_on_their_way(self):
        with WorkerProcess("def handle(data, context):\n    return ['x'] if data else None\n") as worker:
            self.assertEqual([self.credits(worker) for _ in range(17)], [2] * 15 + [1, 1])
        header = {"modelConfig": {"batchesInFlight": 1}}
        with WorkerProcess(
            "def handle(data, context):\n    return ['x'] if data else None\n", header=header
        ) as worker:
            self.assertEqual(self.credits(worker), 1)

    def credits(self, worker):
        worker.send_batch(b"")
        return worker.until("DONE")[-1]["header"]["credits"]


class Envelopes(unittest.TestCase):
    def test_wrap_the_entry_point(self):
        source = "def handle(data, context):\n    return [len(data)] * len(data) if data else None\n"
        with WorkerProcess(source, header={"envelope": "json"}) as worker:
            ask = {"parts": [("body", "application/json", b'{"instances": [1, 2]}')]}
            self.assertEqual(json.loads(worker.ask(ask)[0][1]), {"predictions": [2, 2]})

    def test_that_are_none_are_named(self):
        message = failure("def handle(data, context): pass\n", header={"envelope": "nonsense"})[1]
        self.assertRegex(message, "No module named 'ts.torch_handler.request_envelope.nonsense'")


class Threads(unittest.TestCase):
    FAKE = (
        "n = 64\ndef get_num_threads(): return n\ndef set_num_threads(count):\n    global n\n    n = count\n"
    )

    def threads(self, source, **env):
        with WorkerProcess(source, files={"torch.py": self.FAKE}, env=env, header={"threads": 3}) as worker:
            return worker.ask(b"")[0][1]

    def test_are_the_share_for_a_torch_that_the_handler_imports(self):
        source = "import torch\ndef handle(data, context):\n    return [str(torch.n)] if data else None\n"
        self.assertEqual(self.threads(source), b"3")

    def test_are_what_the_environment_or_the_handler_says(self):
        source = "import torch\ndef handle(data, context):\n    return [str(torch.n)] if data else None\n"
        self.assertEqual(self.threads(source, OMP_NUM_THREADS="7"), b"64")
        source = """
            import torch
            class Own:
                def initialize(self, context): torch.set_num_threads(9)
                def handle(self, data, context): return [str(torch.n)]
        """
        self.assertEqual(self.threads(source), b"9")


if __name__ == "__main__":
    unittest.main()
