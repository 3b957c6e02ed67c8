"""DALI's pipeline of an archive, with a fake DALI."""

from __future__ import annotations

import os
import sys
import tempfile
import types
import unittest
from unittest import mock

from ts.handler_utils.preprocess.dali import get_dali_pipeline


class DaliPipeline(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.write("prepare.dali")
        module = types.ModuleType("nvidia.dali.pipeline")
        module.Pipeline = types.SimpleNamespace(deserialize=lambda **arguments: arguments)
        modules = {name: types.ModuleType(name) for name in ("nvidia", "nvidia.dali")}
        patch = mock.patch.dict(sys.modules, {**modules, "nvidia.dali.pipeline": module})
        patch.start()
        self.addCleanup(patch.stop)

    def write(self, name):
        open(os.path.join(self.folder, name), "w").close()

    def pipeline(self, dali, **properties):
        config = {} if dali is None else {"dali": dali}
        properties["model_dir"] = self.folder
        return get_dali_pipeline(
            types.SimpleNamespace(model_yaml_config=config, system_properties=properties)
        )

    def test_the_one_file_is_loaded_with_the_models_settings(self):
        made = self.pipeline({"seed": 7}, batch_size=4, gpu_id=1)
        self.assertEqual(made.pop("filename"), os.path.join(self.folder, "prepare.dali"))
        expected = {"batch_size": 4, "num_threads": 1, "device_id": 1, "seed": 7, "prefetch_queue_depth": 1}
        self.assertEqual(made, expected)

    def test_the_configuration_wins(self):
        self.write("other.dali")
        wanted = {"pipeline_file": "other.dali", "batch_size": 2, "num_threads": 3, "device_id": 0, "seed": 1}
        made = self.pipeline(wanted, batch_size=4, gpu_id=1)
        self.assertEqual(os.path.basename(made["filename"]), "other.dali")
        self.assertEqual(
            [made[key] for key in ("batch_size", "num_threads", "device_id", "seed")], [2, 3, 0, 1]
        )

    def test_what_is_missing_is_said(self):
        with self.assertRaisesRegex(RuntimeError, "Missing the section dali"):
            self.pipeline(None)
        with self.assertRaisesRegex(RuntimeError, "Missing the DALI pipeline file no.dali"):
            self.pipeline({"pipeline_file": "no.dali"})
        self.write("second.dali")
        with self.assertRaisesRegex(RuntimeError, "it has 2"):
            self.pipeline({"seed": 1})


if __name__ == "__main__":
    unittest.main()
