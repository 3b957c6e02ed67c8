"""Figures of the machine, for tools that ask the package for them."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

NEEDS = ["psutil"]

NVIDIA_SMI = """#!/bin/sh
echo "0, 40, 1000, 4000"
echo "1, [N/A], 0, 4000"
"""


class SystemMetrics(unittest.TestCase):
    def setUp(self):
        from ts.metrics import system_metrics

        self.module = system_metrics
        self.module.system_metrics.clear()

    def names(self):
        return [metric.name for metric in self.module.system_metrics]

    def test_everything_is_measured_and_printed(self):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            self.module.collect_all(self.module, 0)
        lines = text.getvalue().split("\n")
        self.assertEqual(
            self.names(),
            "CPUUtilization DiskAvailable DiskUsage DiskUtilization MemoryAvailable MemoryUsed MemoryUtilization".split(),
        )
        self.assertEqual(lines[7:], ["", ""])
        for line in lines[:7]:
            self.assertRegex(
                line, r"^\w+\.(Percent|Gigabytes|Megabytes):[\d.]+\|#Level:Host\|#hostname:[^,]+,\d+$"
            )

    def test_gpus_are_asked_for_with_nvidia_smi(self):
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "nvidia-smi")
            with open(program, "w", encoding="utf-8") as file:
                file.write(NVIDIA_SMI)
            os.chmod(program, 0o755)
            before = os.environ["PATH"]
            os.environ["PATH"] = folder + os.pathsep + before
            try:
                self.module.gpu_utilization(2)
            finally:
                os.environ["PATH"] = before
        found = [(one.name, one.value, str(one.dimensions[1])) for one in self.module.system_metrics]
        self.assertEqual(
            found,
            [
                ("GPUUtilization", 40.0, "DeviceId:0"),
                ("GPUMemoryUtilization", 25.0, "DeviceId:0"),
                ("GPUMemoryUsed", 1000.0, "DeviceId:0"),
                ("GPUUtilization", 0.0, "DeviceId:1"),
                ("GPUMemoryUtilization", 0.0, "DeviceId:1"),
                ("GPUMemoryUsed", 0.0, "DeviceId:1"),
            ],
        )

    def test_the_program_prints_figures_and_the_memory_of_processes(self):
        from ts.metrics import metric_collector

        done = subprocess.run(
            [sys.executable, metric_collector.__file__, "--gpu", "0"],
            input=f"{os.getpid()},999999999\n",
            capture_output=True,
            text=True,
            check=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )
        figures, processes = done.stdout.split("\n\n")
        self.assertEqual(len(figures.split("\n")), 7)
        mine, gone = processes.strip().split("\n")
        self.assertGreater(int(mine.split(":")[1]), 1_000_000)
        self.assertEqual(gone, "999999999:0")
        self.assertIn("The memory of process 999999999 cannot be measured", done.stderr)


if __name__ == "__main__":
    unittest.main()
