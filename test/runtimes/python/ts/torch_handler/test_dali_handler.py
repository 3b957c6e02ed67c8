"""DALIHandler with a fake DALI: which pipeline it loads, what it feeds, what it gives the model."""

from __future__ import annotations

import os
import sys
import types
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "PIL", "numpy"]


class FakePipeline:
    """Counts the bytes of each image."""

    @classmethod
    def deserialize(cls, **arguments):
        pipeline = cls()
        pipeline.arguments = arguments
        return pipeline

    def feed_input(self, name, images):
        self.fed = (name, images)


class FakeIterator:
    def __init__(self, pipelines, names):
        self.pipeline, self.names = pipelines[0], names

    def __next__(self):
        import torch

        sizes = [[float(len(image)), 0.0] for image in self.pipeline.fed[1]]
        return [{self.names[0]: torch.tensor(sizes)}]


class Dali(unittest.TestCase):
    def setUp(self):
        # Imported before modules are faked: what is imported meanwhile is forgotten with the fakes.
        from model_folder import LINEAR, ModelFolder
        from ts.torch_handler import dali_image_classifier

        self.module = dali_image_classifier
        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("linear.py", LINEAR)
        self.folder.write("prepare.dali", "pipeline")
        pipeline = types.ModuleType("nvidia.dali.pipeline")
        pipeline.Pipeline = FakePipeline
        plugin = types.ModuleType("nvidia.dali.plugin.pytorch")
        plugin.DALIGenericIterator = FakeIterator
        modules = {"nvidia.dali.pipeline": pipeline, "nvidia.dali.plugin.pytorch": plugin}
        for name in ("nvidia", "nvidia.dali", "nvidia.dali.plugin"):
            modules[name] = types.ModuleType(name)
        patch = mock.patch.dict(sys.modules, modules)
        patch.start()
        self.addCleanup(patch.stop)

    def handler(self, dali):
        handler = self.module.DALIImageClassifier()
        handler.set_max_result_classes(2)
        handler.initialize(self.folder.context({"dali": dali} if dali else {}, modelFile="linear.py"))
        return handler

    def test_the_archives_pipeline_prepares_full_batches_and_the_rest_is_cut_off(self):
        handler = self.handler({"batch_size": 3, "num_threads": 2, "seed": 7})
        answers = handler.handle([{"data": b"12345"}, {"body": b"1"}], self.folder.context())
        self.assertEqual(2, len(answers))
        self.assertEqual({"0", "2"}, set(answers[0]))
        name, images = handler.pipeline.fed
        self.assertEqual(("my_source", [5, 1, 1]), (name, [len(image) for image in images]))
        arguments = handler.pipeline.arguments
        self.assertEqual(self.folder.join("prepare.dali"), arguments["filename"])
        self.assertEqual(
            (3, 2, 0, 7), tuple(arguments[key] for key in ("batch_size", "num_threads", "device_id", "seed"))
        )

    def test_what_is_missing_is_said(self):
        with self.assertRaisesRegex(RuntimeError, "Missing the section dali"):
            self.handler(None)
        with self.assertRaisesRegex(RuntimeError, "Missing the DALI pipeline file other.dali"):
            self.handler({"pipeline_file": "other.dali"})
        os.remove(self.folder.join("prepare.dali"))
        with self.assertRaisesRegex(RuntimeError, "it has 0"):
            self.handler({"batch_size": 1})

    def test_a_machine_without_dali(self):
        from ts.torch_handler.required import MissingPackageError

        with (
            mock.patch.dict(sys.modules, {"nvidia.dali.pipeline": None}),
            self.assertRaisesRegex(MissingPackageError, "pip install nvidia-dali"),
        ):
            self.handler({"batch_size": 1})


if __name__ == "__main__":
    unittest.main()
