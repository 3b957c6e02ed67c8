"""DeepSpeed's door: it opens without the package, and says what is missing."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import types
import unittest

from ts.handler_utils.distributed.deepspeed import create_checkpoints_json, get_ds_engine


class Context:
    """As much of the worker's context as the module reads."""

    def __init__(self, folder, **config):
        self.model_name = "bloom"
        self.model_yaml_config = config
        self.system_properties = {"model_dir": folder}


class Engine(unittest.TestCase):
    """The package is replaced by a module that remembers what it was told."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ts-deepspeed-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(sys.modules.pop, "deepspeed", None)

    def put(self, name, value):
        """A JSON file of the archive."""
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            json.dump(value, file)

    def test_a_missing_package_is_named_with_the_model_and_the_line_that_installs_it(self):
        """None in sys.modules is what Python takes for missing."""
        self.put("ds.json", {})
        sys.modules["deepspeed"] = None
        wanted = "Model bloom needs the package deepspeed.*pip install deepspeed"
        with self.assertRaisesRegex(ImportError, wanted):
            get_ds_engine(object(), Context(self.folder, deepspeed={"config": "ds.json"}))

    def test_settings_and_checkpoints_reach_deepspeed(self):
        """The list of checkpoints is written when it is not there."""
        told = {}
        fake = types.ModuleType("deepspeed")
        fake.init_inference = lambda model, **options: told.update(options, model=model) or "engine"
        sys.modules["deepspeed"] = fake
        self.put("ds.json", {"dtype": "fp16"})
        os.mkdir(os.path.join(self.folder, "weights"))
        self.put("weights/part.bin", {})
        context = Context(
            self.folder,
            deepspeed={"config": "ds.json", "checkpoint": "list.json"},
            handler={"model_path": "weights"},
        )
        self.assertEqual(get_ds_engine("model", context), "engine")
        self.assertEqual((told["model"], told["config"]), ("model", {"dtype": "fp16"}))
        with open(told["checkpoint"], encoding="utf-8") as file:
            self.assertEqual(
                json.load(file)["checkpoints"], [os.path.join(self.folder, "weights", "part.bin")]
            )

    def test_a_missing_key_or_file_is_named(self):
        """Before the package is looked for."""
        with self.assertRaisesRegex(ValueError, "deepspeed.config"):
            get_ds_engine(object(), Context(self.folder))
        with self.assertRaisesRegex(FileNotFoundError, "deepspeed.config names ds.json"):
            get_ds_engine(object(), Context(self.folder, deepspeed={"config": "ds.json"}))

    def test_a_list_of_checkpoints(self):
        """Of every format, in order."""
        for name in ("b.safetensors", "a.bin", "notes.txt"):
            self.put(name, {})
        path = os.path.join(self.folder, "list.json")
        create_checkpoints_json(self.folder, path)
        with open(path, encoding="utf-8") as file:
            names = [os.path.basename(each) for each in json.load(file)["checkpoints"]]
        self.assertEqual(names, ["b.safetensors", "a.bin"])


if __name__ == "__main__":
    unittest.main()
