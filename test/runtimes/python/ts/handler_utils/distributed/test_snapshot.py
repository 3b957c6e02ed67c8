"""Finding a snapshot: a folder or a zip file, unpacked once however many ranks ask."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import unittest
import zipfile

from ts.handler_utils.distributed.snapshot import setup_config, snapshot_folder


class Snapshots(unittest.TestCase):
    """Needs no package."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ts-snapshot-")
        self.addCleanup(shutil.rmtree, self.folder)

    def put(self, *names):
        """Empty files below the model's folder."""
        for name in names:
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8"):
                pass

    def pack(self, name, *entries):
        """A zip file in the model's folder."""
        with zipfile.ZipFile(os.path.join(self.folder, name), "w") as packed:
            for entry in entries:
                packed.writestr(entry, "{}")

    def find(self, path=None):
        """The folder, relative to the model's."""
        found = snapshot_folder(path, self.folder)
        return found and os.path.relpath(found, self.folder)

    def test_a_folder_of_the_archive(self):
        """By its name or, without one, `model`."""
        self.put("model/config.json", "other/config.json")
        self.assertEqual(self.find(), "model")
        self.assertEqual(self.find("other"), "other")
        self.assertEqual(self.find(os.path.join(self.folder, "other")), "other")

    def test_a_snapshot_below_the_folder(self):
        """As the hub's cache lays it out."""
        self.put("model/snapshots/abc/config.json")
        self.assertEqual(self.find("model"), "model/snapshots/abc")

    def test_a_zip_file_by_its_name_or_that_of_its_folder(self):
        """With or without a folder inside."""
        self.pack("model.zip", "config.json")
        self.assertEqual(self.find(), "model")
        self.assertTrue(os.path.isfile(os.path.join(self.folder, "model", "config.json")))
        self.pack("deep.zip", "bloom/config.json")
        self.assertEqual(self.find("deep.zip"), "deep/bloom")
        self.assertEqual(self.find("deep"), "deep/bloom")

    def test_nothing_of_the_kind(self):
        """Perhaps a name on the hub."""
        self.assertIsNone(self.find("bigscience/bloom-7b1"))

    def test_ranks_that_ask_at_the_same_time_unpack_one_folder(self):
        """Nothing is left beside it."""
        self.pack("model.zip", *(f"part{number}" for number in range(50)), "config.json")
        found = []
        ranks = [threading.Thread(target=lambda: found.append(self.find())) for _ in range(8)]
        for rank in ranks:
            rank.start()
        for rank in ranks:
            rank.join()
        self.assertEqual(found, ["model"] * 8)
        self.assertEqual(sorted(os.listdir(self.folder)), ["model", "model.zip"])
        self.assertEqual(len(os.listdir(os.path.join(self.folder, "model"))), 51)

    def test_entries_stay_inside_the_folder(self):
        """Whatever their names are."""
        self.pack("model.zip", "../outside", "config.json")
        self.find()
        self.assertFalse(os.path.exists(os.path.join(self.folder, "outside")))

    def test_setup_config(self):
        """Empty without one; broken ones are named."""
        self.assertEqual(setup_config(self.folder), {})
        path = os.path.join(self.folder, "setup_config.json")
        for text, expected in (("{", "setup_config.json is no JSON"), ("[]", "must hold a JSON object")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            with self.assertRaisesRegex(ValueError, expected):
                setup_config(self.folder)


if __name__ == "__main__":
    unittest.main()
