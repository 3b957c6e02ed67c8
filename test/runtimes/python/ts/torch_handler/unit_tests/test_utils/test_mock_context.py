"""The context for unit tests of handlers."""

from __future__ import annotations

import sys
import types
import unittest
import uuid

from ts.metrics import emit
from ts.torch_handler.unit_tests.test_utils.mock_context import MockContext


class AMockContext(unittest.TestCase):
    def test_it_says_what_handlers_ask_when_they_initialize(self):
        context = MockContext(model_dir="models/mnist")
        self.assertEqual(context.manifest, {"model": {"serializedFile": "model.pt", "modelFile": "model.py"}})
        self.assertEqual(context.system_properties["model_dir"], "models/mnist")
        self.assertEqual(context.model_yaml_config, {})
        self.assertEqual(MockContext(model_pt_file=None, model_file=None).manifest, {"model": {}})

    def test_a_gpu_is_named_only_where_torch_sees_one(self):
        before = sys.modules.pop("torch", None)
        try:
            self.assertNotIn("gpu_id", MockContext().system_properties)
            for available in (True, False):
                cuda = types.SimpleNamespace(is_available=lambda seen=available: seen)
                sys.modules["torch"] = types.SimpleNamespace(cuda=cuda)
                self.assertEqual(
                    MockContext(gpu_id="1").system_properties.get("gpu_id"), "1" if available else None
                )
        finally:
            sys.modules.pop("torch", None)
            if before is not None:
                sys.modules["torch"] = before

    def test_it_keeps_metrics(self):
        sent = []
        emit.set_sender(sent.append)
        self.addCleanup(emit.set_sender, None)
        context = MockContext(model_name="zoo")
        context.metrics.add_time("HandlerTime", 1.5)
        [metric] = context.metrics.store
        self.assertEqual((metric.name, metric.value, sent), ("HandlerTime", 1.5, []))
        uuid.UUID(metric.request_id)

    def test_its_headers_say_only_whether_to_explain(self):
        context = MockContext()
        self.assertIs(context.get_request_header(0, "explain"), False)
        context.explain = True
        self.assertIs(context.get_request_header(0, "explain"), True)
        self.assertIs(context.get_request_header(0, "describe"), False)


if __name__ == "__main__":
    unittest.main()
