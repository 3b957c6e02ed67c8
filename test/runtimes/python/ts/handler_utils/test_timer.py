"""`timed`: durations of a handler's steps, only when they are asked for."""

from __future__ import annotations

import sys
import types
import unittest

from ts.handler_utils.timer import timed


class Metrics:
    def __init__(self):
        self.times = []

    def add_time(self, name, value):
        self.times.append((name, value))


class Handler:
    device = "cpu"

    def __init__(self, config):
        self.context = types.SimpleNamespace(model_yaml_config=config, metrics=Metrics())

    @timed
    def inference(self, data, factor=1):
        """Doubles."""
        return data * 2 * factor


class Timed(unittest.TestCase):
    def test_a_profiled_handler_reports_the_duration_in_milliseconds(self):
        handler = Handler({"handler": {"profile": True}})
        self.assertEqual(handler.inference(3, factor=10), 60)
        [(name, duration_ms)] = handler.context.metrics.times
        self.assertEqual(name, "ts_handler_inference")
        self.assertGreater(duration_ms, 0)

    def test_otherwise_nothing_is_reported(self):
        for config in (
            None,
            {},
            {"handler": None},
            {"handler": {}},
            {"handler": {"profile": False}},
            {"handler": "x"},
        ):
            handler = Handler(config)
            self.assertEqual(handler.inference(3), 6)
            self.assertEqual(handler.context.metrics.times, [])

    def test_a_handler_without_a_context_works(self):
        handler = Handler({"handler": {"profile": True}})
        handler.context = None
        self.assertEqual(handler.inference(3), 6)
        del handler.context
        self.assertEqual(handler.inference(3), 6)

    def test_the_method_keeps_its_name_and_what_it_raises(self):
        self.assertEqual((Handler.inference.__name__, Handler.inference.__doc__), ("inference", "Doubles."))
        handler = Handler({"handler": {"profile": True}})
        with self.assertRaises(TypeError):
            handler.inference(None)

    def test_on_a_gpu_its_own_clock_is_used_and_waited_for(self):
        told = []

        class Event:
            def __init__(self, enable_timing):
                self.enable_timing = enable_timing

            def record(self):
                told.append("record")

            def elapsed_time(self, _end):
                return 12.5

        cuda = types.SimpleNamespace(
            Event=Event, is_available=lambda: True, synchronize=lambda: told.append("wait")
        )
        before = sys.modules.get("torch")
        sys.modules["torch"] = types.SimpleNamespace(cuda=cuda)
        try:
            handler = Handler({"handler": {"profile": True}})
            handler.inference(3)
            handler.device = "cuda:0"
            handler.inference(3)
        finally:
            del sys.modules["torch"]
            if before is not None:
                sys.modules["torch"] = before
        self.assertEqual(handler.context.metrics.times[1], ("ts_handler_inference", 12.5))
        self.assertEqual(told, ["record", "record", "wait"])


if __name__ == "__main__":
    unittest.main()
