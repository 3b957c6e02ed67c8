"""TorchServe's command lines."""

from __future__ import annotations

import contextlib
import io
import unittest

from ts.arg_parser import ArgParser


class Parsers(unittest.TestCase):
    def test_read_the_options_of_torchserve_and_leave_other_words_alone(self):
        args = ArgParser.extract_args(
            ["--start", "--ncs", "--models", "a=a.mar", "b.mar", "--model-store", "s", "--else"]
        )
        self.assertTrue(args.start and args.no_config_snapshots)
        self.assertEqual((args.models, args.model_store, args.stop), (["a=a.mar", "b.mar"], "s", False))

    def test_do_not_start_and_stop_at_once(self):
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
            ArgParser.extract_args(["--start", "--stop"])

    def test_read_the_options_of_workers(self):
        args = ArgParser.model_service_worker_args().parse_args(
            ["--sock-type", "unix", "--sock-name", "/s", "--async"]
        )
        self.assertEqual(
            (args.sock_type, args.sock_name, args.async_comm, args.port), ("unix", "/s", True, None)
        )


if __name__ == "__main__":
    unittest.main()
