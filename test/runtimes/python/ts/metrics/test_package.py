"""What importing the metrics API costs and offers."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest

FOREIGN = ("psutil", "yaml", "torch", "numpy", "logging", "inspect")


class ThePackage(unittest.TestCase):
    def test_nothing_heavy_is_imported_with_it(self):
        code = (
            "import sys, ts.metrics, ts.metrics.metric_cache_yaml_impl, ts.utils.util, ts.handler_utils.timer; "
            f"print([name for name in {FOREIGN} if name in sys.modules])"
        )
        # -S: what site-packages load at every start is none of ours.
        found = subprocess.run(
            [sys.executable, "-S", "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=dict(os.environ),
        )
        self.assertEqual(found.stdout.strip(), "[]")

    def test_modules_are_there_without_being_imported_first(self):
        import ts.metrics

        self.assertEqual(ts.metrics.dimension.Dimension("a", 1).to_dict(), {"Name": "a", "Value": 1})
        self.assertEqual(ts.metrics.metric_type_enum.MetricTypes("gauge").name, "GAUGE")
        self.assertEqual(ts.metrics.unit.Units().units["kB"], "Kilobytes")
        with self.assertRaisesRegex(AttributeError, "no attribute 'nothing'"):
            _ = ts.metrics.nothing


if __name__ == "__main__":
    unittest.main()
