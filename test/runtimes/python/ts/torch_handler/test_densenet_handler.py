"""DenseNetHandler: saved tensors in, one tensor out."""

from __future__ import annotations

import io
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch"]


class DenseNet(unittest.TestCase):
    def setUp(self):
        import torch
        from model_folder import LINEAR, ModelFolder
        from ts.torch_handler.densenet_handler import DenseNetHandler

        self.torch = torch
        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("linear.py", LINEAR)
        self.handler = DenseNetHandler()

    def weights(self):
        from linear import Linear

        self.torch.save(Linear().state_dict(), self.folder.join("weights.pth"))
        self.torch.jit.script(Linear()).save(self.folder.join("linear.pt"))

    def answer(self):
        saved = io.BytesIO()
        self.torch.save(self.torch.tensor([1.0, 2.0]), saved)
        context = self.folder.context()
        (output,) = self.handler.handle([{"body": saved.getvalue()}], context)
        self.assertEqual("HandlerTime", context.metrics.emitted[0][0])
        return output.tolist()

    def test_an_eager_model(self):
        self.weights()
        self.handler.initialize(self.folder.context(modelFile="linear.py", serializedFile="weights.pth"))
        self.assertEqual([[1.0, 2.0, 3.0]], self.answer())

    def test_a_torchscript_model(self):
        self.weights()
        self.handler.initialize(self.folder.context(serializedFile="linear.pt"))
        self.assertEqual([[1.0, 2.0, 3.0]], self.answer())

    def test_archives_that_lack_something(self):
        with self.assertRaisesRegex(RuntimeError, "No model weights could be loaded"):
            self.handler.initialize(self.folder.context())
        with self.assertRaisesRegex(RuntimeError, "Missing the model.py file"):
            self.handler.initialize(self.folder.context(modelFile="absent.py", serializedFile="weights.pth"))


if __name__ == "__main__":
    unittest.main()
