"""BaseHandler: loading by the kind of file, the three steps, describe, explain and the profiler."""

from __future__ import annotations

import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]


class Handlers(unittest.TestCase):
    def setUp(self):
        import torch
        from model_folder import LINEAR, ModelFolder
        from ts.torch_handler.base_handler import BaseHandler

        self.torch, self.BaseHandler = torch, BaseHandler
        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("linear.py", LINEAR)

    def module(self):
        from linear import Linear

        return Linear()

    def handler(self, config=None, **model):
        handler = self.BaseHandler()
        handler.initialize(self.folder.context(config, **model))
        return handler


class Loading(Handlers):
    def test_an_eager_model_is_built_and_gets_its_weights(self):
        model = self.module()
        model.linear.bias.data += 5
        self.torch.save(model.state_dict(), self.folder.join("weights.pth"))
        handler = self.handler(modelFile="linear.py", serializedFile="weights.pth")
        self.assertEqual([5.0, 5.0, 5.0], handler.model.linear.bias.tolist())
        self.assertFalse(handler.model.training)
        self.assertTrue(handler.initialized)
        self.assertEqual("cpu", handler.map_location)
        self.assertEqual(self.torch.device("cpu"), handler.get_device())

    def test_an_eager_model_does_without_weights(self):
        self.assertEqual([0.0, 0.0, 0.0], self.handler(modelFile="linear.py").model.linear.bias.tolist())

    def test_a_model_file_that_is_not_there(self):
        with self.assertRaisesRegex(RuntimeError, "^Missing the model.py file$"):
            self.handler(modelFile="absent.py")

    def test_a_model_file_with_two_classes(self):
        self.folder.write("pair.py", "class A: pass\nclass B: pass\n")
        with self.assertRaisesRegex(
            ValueError, "^Expected only one class as model definition. .*pair.A.*pair.B"
        ):
            self.handler(modelFile="pair.py")

    def test_a_pickled_model_in_place_of_its_weights_is_refused_as_torch_does_since_2_6(self):
        self.torch.save(self.module(), self.folder.join("whole.pth"))
        with self.assertRaises(Exception) as raised:
            self.handler(modelFile="linear.py", serializedFile="whole.pth")
        self.assertIn(type(raised.exception).__name__, {"UnpicklingError", "AttributeError", "TypeError"})

    def test_a_torchscript_model(self):
        self.torch.jit.script(self.module()).save(self.folder.join("linear.pt"))
        handler = self.handler(serializedFile="linear.pt")
        self.assertEqual([[1.0, 2.0, 3.0]], handler.handle([[1.0, 2.0]], handler_context(self)))

    def test_weights_without_a_model_file(self):
        self.torch.save(self.module().state_dict(), self.folder.join("weights.pth"))
        with self.assertRaisesRegex(
            RuntimeError, "No model weights could be loaded.*weights.pth.*model file"
        ):
            self.handler(serializedFile="weights.pth")

    def test_neither_a_model_file_nor_weights(self):
        with self.assertRaisesRegex(RuntimeError, "No model weights could be loaded"):
            self.handler()

    def test_a_compiled_library_needs_the_configuration_to_allow_it(self):
        with self.assertRaisesRegex(RuntimeError, "No model weights could be loaded.*aot_compile"):
            self.handler(serializedFile="linear.so")

    def test_an_exported_program(self):
        if not hasattr(self.torch, "export"):
            self.skipTest("this torch has no torch.export")
        program = self.torch.export.export(self.module(), (self.torch.zeros(1, 2),))
        self.torch.export.save(program, self.folder.join("linear.pt2"))
        handler = self.handler({"pt2": {"export": {"aot_compile": True}}}, serializedFile="linear.pt2")
        self.assertEqual([[3.0, 4.0, 7.0]], handler.handle([[3.0, 4.0]], handler_context(self)))

    def test_names_of_classes_are_read(self):
        self.folder.write("index_to_name.json", '{"0": "cat", "1": ["n01", "dog"]}')
        self.assertEqual({"0": "cat", "1": "dog"}, self.handler(modelFile="linear.py").mapping)

    def test_subclasses_may_load_in_their_own_way(self):
        class Own(self.BaseHandler):
            def _load_torchscript_model(self, model_pt_path):
                return mock.Mock(path=model_pt_path)

        handler = Own()
        handler.initialize(self.folder.context(serializedFile="other.pt"))
        self.assertEqual(self.folder.join("other.pt"), handler.model.path)


class Answering(Handlers):
    def setUp(self):
        super().setUp()
        self.base = self.handler(modelFile="linear.py")
        self.context = self.folder.context()

    def test_rows_become_a_tensor_the_model_a_list_of_answers(self):
        answers = self.base.handle([[1.0, 2.0], [0.5, 0.5]], self.context)
        self.assertEqual([[1.0, 2.0, 3.0], [0.5, 0.5, 1.0]], answers)
        name, value, idx, unit = self.context.metrics.emitted[-1]
        self.assertEqual(("HandlerTime", None, "ms"), (name, idx, unit))
        self.assertGreaterEqual(value, 0)

    def test_no_gradients_are_kept(self):
        self.assertFalse(self.base.inference(self.torch.zeros(1, 2)).requires_grad)

    def test_describe_answers_with_describe_handle_alone(self):
        from model_folder import ask

        ask(self.context, describe="True")
        self.assertEqual([None], self.base.handle([{}], self.context))
        self.base.describe_handle = lambda: {"inputs": 2}
        self.assertEqual([{"inputs": 2}], self.base.handle([{}], self.context))

    def test_explain_gives_the_first_rows_body_and_target_to_get_insights(self):
        from model_folder import ask

        asked = []
        self.base.preprocess = lambda data: "prepared"
        self.base.get_insights = lambda *arguments: asked.append(arguments) or ["explained"]
        ask(self.context, explain="True")
        self.assertEqual(
            ["explained"], self.base.handle([{"body": b"x", "target": 2}, {"data": b"y"}], self.context)
        )
        self.assertEqual(["explained"], self.base.handle([{"data": b"z", "target": ""}], self.context))
        self.assertEqual([("prepared", b"x", 2), ("prepared", b"z", 0)], asked)
        self.assertTrue(self.base.explain)

    def test_only_the_exact_word_asks_for_an_explanation(self):
        from model_folder import ask

        ask(self.context, explain="true")
        self.assertEqual([[0.0, 0.0, 0.0]], self.base.handle([[0.0, 0.0]], self.context))

    def test_the_profiler_runs_the_same_steps_and_writes_a_trace(self):
        with tempfile.TemporaryDirectory() as traces:
            self.base.profiler_args = {
                "activities": [self.torch.profiler.ProfilerActivity.CPU],
                "on_trace_ready": self.torch.profiler.tensorboard_trace_handler(traces),
            }
            with mock.patch.dict(os.environ, {"ENABLE_TORCH_PROFILER": "1"}):
                self.assertEqual([[1.0, 1.0, 2.0]], self.base.handle([[1.0, 1.0]], self.context))
            self.assertEqual(1, len(os.listdir(traces)))

    def test_the_profilers_defaults_name_the_model(self):
        from ts.torch_handler import profiled

        with mock.patch.object(self.torch.profiler, "tensorboard_trace_handler") as traces:
            profiled._fill_arguments(self.base)
        traces.assert_called_once_with("/tmp/pytorch_profiler/tiny")
        self.assertTrue(self.base.profiler_args["record_shapes"])

    def test_steps_are_timed_when_the_model_is_profiled(self):
        context = self.folder.context({"handler": {"profile": True}})
        self.base.handle([[1.0, 1.0]], context)
        names = [emitted[0] for emitted in context.metrics.emitted]
        expected = ["ts_handler_preprocess", "ts_handler_inference", "ts_handler_postprocess", "HandlerTime"]
        self.assertEqual(expected, names)


def handler_context(test):
    return test.folder.context()


if __name__ == "__main__":
    unittest.main()
