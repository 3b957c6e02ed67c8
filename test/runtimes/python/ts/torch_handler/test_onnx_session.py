"""ONNX files through BaseHandler."""

from __future__ import annotations

import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "onnxruntime", "numpy"]
WINE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), *[".."] * 5, "fixtures", "models", "wine", "wine.onnx"
)
MEASUREMENTS = [14.23, 1.71, 2.43, 15.6, 127, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065]


class Sessions(unittest.TestCase):
    def setUp(self):
        import shutil

        from model_folder import ModelFolder
        from ts.torch_handler.base_handler import BaseHandler

        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        shutil.copy(WINE, self.folder.join("wine.onnx"))
        self.handler = BaseHandler()
        self.handler.initialize(self.folder.context(serializedFile="wine.onnx"))

    def test_the_model_is_a_session_that_handlers_run_themselves(self):
        import numpy

        growers, chances = self.handler.model.run(
            None, {"measurements": numpy.array([MEASUREMENTS], numpy.float32)}
        )
        self.assertEqual([0], growers.tolist())
        self.assertEqual((1, 3), chances.shape)

    def test_the_default_inference_gives_tensors_too(self):
        import torch

        growers, chances = self.handler.inference(torch.tensor([MEASUREMENTS]))
        self.assertEqual([0], growers.tolist())
        self.assertAlmostEqual(1.0, chances.sum().item(), places=5)

    def test_more_tensors_than_inputs_are_refused(self):
        import torch

        with self.assertRaisesRegex(ValueError, r"1 inputs \(measurements\), 2 were given"):
            self.handler.inference(torch.zeros(1, 13), torch.zeros(1, 13))

    def test_the_worker_keeps_to_its_share_of_the_cpus(self):
        from ts.torch_handler import onnx_session

        with mock.patch.dict(os.environ, {"OMP_NUM_THREADS": "3"}):
            session = onnx_session.setup_ort_session(WINE, "cpu")
        self.assertEqual(3, session.get_session_options().intra_op_num_threads)
        self.assertEqual(["CPUExecutionProvider"], session.get_providers())

    def test_a_machine_without_onnxruntime_says_what_to_install(self):
        from ts.torch_handler.onnx_session import setup_ort_session
        from ts.torch_handler.required import MissingPackageError

        with (
            mock.patch.dict(sys.modules, {"onnxruntime": None}),
            self.assertRaisesRegex(MissingPackageError, "pip install onnxruntime"),
        ):
            setup_ort_session(WINE, "cpu")


if __name__ == "__main__":
    unittest.main()
