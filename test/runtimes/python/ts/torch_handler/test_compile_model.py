"""The pt2 section of model-config.yaml."""

from __future__ import annotations

import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]


class Options(unittest.TestCase):
    def options(self, pt2):
        from ts.torch_handler.compile_model import compile_options

        return compile_options(pt2)

    def test_the_standard_form_gives_its_keywords_without_enable(self):
        pt2 = {"compile": {"enable": True, "backend": "inductor", "mode": "reduce-overhead"}}
        self.assertEqual({"backend": "inductor", "mode": "reduce-overhead"}, self.options(pt2))
        self.assertIn("enable", pt2["compile"])

    def test_without_a_backend_torch_chooses(self):
        self.assertEqual({}, self.options({"compile": {"enable": True}}))

    def test_not_enabled_is_not_compiled(self):
        self.assertIsNone(self.options({"compile": {"enable": False, "backend": "eager"}}))

    def test_enable_must_be_said(self):
        with self.assertRaisesRegex(ValueError, "enable"):
            self.options({"compile": {"backend": "eager"}})

    def test_an_exported_model_is_not_compiled(self):
        self.assertIsNone(self.options({"export": {"aot_compile": True}}))

    def test_the_old_forms_still_work(self):
        self.assertEqual({"backend": "eager"}, self.options("eager"))
        self.assertEqual(
            {"backend": "eager", "fullgraph": True}, self.options({"backend": "eager", "fullgraph": True})
        )

    def test_an_unknown_backend_only_warns(self):
        self.assertIsNone(self.options("nope"))
        self.assertIsNone(self.options({"compile": {"enable": True, "backend": "nope"}}))

    def test_other_values_are_refused(self):
        with self.assertRaisesRegex(ValueError, "^pt2 should be str or dict$"):
            self.options(5)


class Compiling(unittest.TestCase):
    def setUp(self):
        from model_folder import LINEAR, ModelFolder

        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("linear.py", LINEAR)

    def handler(self, config):
        import torch
        from ts.torch_handler.base_handler import BaseHandler

        if not hasattr(torch, "compile"):
            self.skipTest("this torch has no torch.compile")
        handler = BaseHandler()
        handler.initialize(self.folder.context(config, modelFile="linear.py"))
        return handler

    def test_a_compiled_model_answers_the_same(self):
        handler = self.handler({"pt2": {"compile": {"enable": True, "backend": "eager"}}})
        self.assertEqual("OptimizedModule", type(handler.model).__name__)
        self.assertEqual([[1.0, 2.0, 3.0]], handler.handle([[1.0, 2.0]], self.folder.context()))

    def test_what_torch_compile_refuses_runs_uncompiled(self):
        handler = self.handler({"pt2": {"compile": {"enable": True, "no_such_option": 1}}})
        self.assertEqual("Linear", type(handler.model).__name__)
        self.assertEqual([[1.0, 2.0, 3.0]], handler.handle([[1.0, 2.0]], self.folder.context()))

    def test_a_backend_that_a_package_brings_is_announced_by_importing_it(self):
        from ts.torch_handler import compile_model

        with (
            mock.patch.object(compile_model, "has_package", return_value=True),
            mock.patch.object(compile_model.importlib, "import_module") as imported,
        ):
            compile_model._announce_backend("openvino")
            compile_model._announce_backend("inductor")
            compile_model._announce_backend(None)
        imported.assert_called_once_with("openvino.torch")


if __name__ == "__main__":
    unittest.main()
