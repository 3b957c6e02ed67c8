"""A rank whose group is broken ends, also while nobody asks it for anything."""

from __future__ import annotations

import os
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "transformers"]


class Peers(unittest.TestCase):
    """Three ranks of a pipeline."""

    def ends(self, work):
        """Exit codes of three ranks; ``work(rank, model)`` is what they do until one of them is killed."""
        import multiprocessing

        from rank_group import free_port, rank_environment, warm_up

        warm_up()
        fork = multiprocessing.get_context("fork")
        port = free_port()

        def program(rank):
            os.environ.update(rank_environment(rank, 3, port))
            from test_stage_loop import pipeline

            work(rank, pipeline(3, rpc_timeout=60))
            time.sleep(60)

        ranks = [fork.Process(target=program, args=(rank,)) for rank in range(3)]
        for rank in ranks:
            rank.start()
        try:
            for rank in ranks:
                rank.join(30)
            return [rank.exitcode for rank in ranks]
        finally:
            for rank in ranks:
                rank.kill()

    def test_all_ranks_end_soon_after_one_was_killed(self):
        """With the exit code of a broken group, so that the one that was killed is known as the cause."""

        def idle(rank, _model):
            if rank == 1:
                os.kill(os.getpid(), signal.SIGKILL)

        self.assertEqual(self.ends(idle), [70, -signal.SIGKILL, 70])

    def test_a_call_that_runs_ends_with_them(self):
        """Long before the timeout of a transfer."""

        def call(rank, model):
            from tiny_models import padded_batch

            if rank == 1:
                model.transformer.h[0].register_forward_pre_hook(
                    lambda *_: os.kill(os.getpid(), signal.SIGKILL)
                )
            if rank == 0:
                try:
                    model(**padded_batch())
                except RuntimeError:
                    pass

        self.assertEqual(self.ends(call), [70, -signal.SIGKILL, 70])


if __name__ == "__main__":
    unittest.main()
