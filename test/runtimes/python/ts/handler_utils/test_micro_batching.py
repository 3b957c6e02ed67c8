"""Micro-batches: order, threads, failures."""

from __future__ import annotations

import gc
import threading
import unittest

from ts.handler_utils.micro_batching import MicroBatching

LIMIT_SEC = 30


class Context:
    """What MicroBatching and a handler ask of a context."""

    def __init__(self, **headers):
        self.headers = headers
        self.metrics = self
        self.times = []

    def get_request_header(self, _index, name):
        return self.headers.get(name)

    def add_time(self, name, value, idx, unit):
        self.times.append((name, value, idx, unit))


class Handler:
    """Adds one and writes text; remembers what it was given."""

    def __init__(self):
        self.context = None
        self.given = []
        self.lock = threading.Lock()

    def note(self, *what):
        with self.lock:
            self.given.append(what)

    def preprocess(self, data):
        self.note("preprocess", data, threading.current_thread().name)
        return [row * 10 for row in data]

    def inference(self, data):
        return [row + 1 for row in data]

    def postprocess(self, data):
        return [str(row) for row in data]

    def _is_describe(self):
        return self.context.get_request_header(0, "describe") == "True"

    def _is_explain(self):
        return self.context.get_request_header(0, "explain") == "True"

    def describe_handle(self):
        return {"about": "this"}

    def explain_handle(self, prepared, raw):
        return [prepared, raw]


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("micro-batch-")]


class MicroBatches(unittest.TestCase):
    def setUp(self):
        self.handler = Handler()
        # Cleaned up last: what a test made has been shut down by then.
        self.addCleanup(lambda: self.assertEqual(threads(), []))

    def make(self, *arguments, **options):
        made = MicroBatching(self.handler, *arguments, **options)
        self.addCleanup(made.shutdown)
        return made

    def in_thread(self, call):
        """Runs `call`, gives up on it after a while, and raises what it raised."""
        result = {}

        def run():
            try:
                result["value"] = call()
            except BaseException as error:
                result["error"] = error

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(LIMIT_SEC)
        self.assertFalse(thread.is_alive(), "the call hangs")
        if "error" in result:
            raise result["error"]
        return result["value"]

    def test_a_batch_is_cut_and_answered_in_order(self):
        batching = self.make(2)
        context = Context()
        self.assertEqual(batching([1, 2, 3, 4, 5], context), ["11", "21", "31", "41", "51"])
        self.assertEqual([given[1] for given in self.handler.given], [[1, 2], [3, 4], [5]])
        [(name, value, idx, unit)] = context.times
        self.assertEqual((name, idx, unit), ("HandlerTime", None, "ms"))
        self.assertGreater(value, 0)
        self.assertIs(self.handler.context, context)
        self.assertEqual(batching([], context), [])

    def test_answers_stay_in_order_when_later_ones_are_done_first(self):
        batching = self.make(1, parallelism={"inference": 3})
        later = threading.Event()

        def inference(data):
            if data == [10]:
                self.assertTrue(later.wait(LIMIT_SEC))
            elif data == [30]:
                later.set()
            return data

        self.handler.inference = inference
        self.assertEqual(batching.handle([1, 2, 3]), ["10", "20", "30"])

    def test_one_micro_batch_is_prepared_while_another_is_inferred(self):
        batching = self.make(1)
        prepared = threading.Event()

        def preprocess(data):
            if data == [2]:
                prepared.set()
            return data

        def inference(data):
            # Without steps of their own the second would wait for the first.
            self.assertTrue(prepared.wait(LIMIT_SEC))
            return data

        self.handler.preprocess, self.handler.inference = preprocess, inference
        self.assertEqual(batching.handle([1, 2]), ["1", "2"])

    def test_a_step_knows_the_number_of_its_micro_batch(self):
        batching = self.make(2)
        numbers = []
        self.handler.inference = lambda data: numbers.append(batching.get_micro_batch_idx()) or data
        batching.handle([1, 2, 3, 4, 5])
        self.assertEqual(numbers, [0, 1, 2])
        self.assertIsNone(batching.get_micro_batch_idx())

    def test_describing_and_explaining_are_done_at_once(self):
        batching = self.make(1)
        self.assertEqual(batching([1, 2], Context(describe="True")), [{"about": "this"}])
        self.assertEqual(batching([1, 2], Context(explain="True")), [[10, 20], [1, 2]])
        [(_, _, name)] = self.handler.given
        self.assertEqual(name, threading.current_thread().name)

    def test_an_exception_in_a_step_is_raised_to_the_caller_who_may_go_on(self):
        batching = self.make(1)
        for step in ("preprocess", "inference", "postprocess"):
            with self.subTest(step=step):
                usual = getattr(self.handler, step)
                setattr(self.handler, step, lambda data: 1 / 0)
                with self.assertRaises(ZeroDivisionError):
                    self.in_thread(lambda: batching.handle([1, 2, 3]))
                setattr(self.handler, step, usual)
                self.assertEqual(self.in_thread(lambda: batching.handle([1, 2])), ["11", "21"])

    def test_after_a_failure_no_step_is_begun(self):
        batching = self.make(1)
        inferred = []

        def inference(data):
            inferred.append(data)
            raise KeyError("first")

        self.handler.inference = inference
        with self.assertRaisesRegex(KeyError, "first"):
            self.in_thread(lambda: batching.handle(list(range(100))))
        self.assertEqual(inferred, [[0]])

    def test_leaving_the_process_is_left_to_the_caller(self):
        batching = self.make(1)

        def postprocess(_data):
            raise SystemExit(3)

        self.handler.postprocess = postprocess
        with self.assertRaises(SystemExit):
            self.in_thread(lambda: batching.handle([1]))

    def test_threads_are_added_and_taken_away(self):
        batching = self.make(1)
        self.assertEqual((len(threads()), batching.parallelism), (3, {}))
        batching.parallelism = {"inference": 4}
        self.assertEqual(len(threads()), 6)
        batching.parallelism = {"inference": 1, "preprocess": 2}
        self.assertEqual(batching.parallelism, {"inference": 1, "preprocess": 2})
        self.assertEqual(batching.handle([1, 2]), ["11", "21"])
        for _ in range(LIMIT_SEC * 100):
            if len(threads()) == 4:
                break
            threads()[-1].join(0.01)
        self.assertEqual(len(threads()), 4)

    def test_a_parallelism_that_cannot_be_is_refused_and_changes_nothing(self):
        batching = self.make(1)
        for wrong, words in (
            ({"train": 1}, "'train' is not a step"),
            ({"preprocess": 2, "inference": 0}, "at least one thread, not 0"),
            ({"inference": "2"}, "not '2'"),
        ):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(ValueError, words):
                batching.parallelism = wrong
        self.assertEqual((batching.parallelism, len(threads())), ({}, 3))

    def test_shutdown_ends_the_threads_and_refuses_batches(self):
        batching = self.make(1)
        self.assertEqual(batching.handle([1]), ["11"])
        batching.shutdown()
        self.assertEqual(threads(), [])
        with self.assertRaisesRegex(RuntimeError, "was shut down"):
            batching.handle([1])
        batching.shutdown()

    def test_shutdown_lets_a_batch_that_is_under_way_end(self):
        batching = self.make(1)
        begun, go_on = threading.Event(), threading.Event()

        def preprocess(data):
            begun.set()
            self.assertTrue(go_on.wait(LIMIT_SEC))
            return data

        self.handler.preprocess = preprocess
        answers = []
        caller = threading.Thread(target=lambda: answers.extend(batching.handle([1])))
        caller.start()
        self.assertTrue(begun.wait(LIMIT_SEC))
        ender = threading.Thread(target=batching.shutdown)
        ender.start()
        go_on.set()
        caller.join(LIMIT_SEC)
        ender.join(LIMIT_SEC)
        self.assertEqual(answers, ["2"])

    def test_one_that_nobody_uses_any_more_ends_its_threads(self):
        batching = MicroBatching(self.handler, 1)
        self.handler.handle = batching
        batching.handle([1])
        del batching, self.handler
        gc.collect()
        for thread in threads():
            thread.join(LIMIT_SEC)
        self.assertEqual(threads(), [])


if __name__ == "__main__":
    unittest.main()
