"""Snapshots: each rank reads its own tensors, whatever the format, and takes no more memory than its
share."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, *[".."] * 6))
sys.path[:0] = [HERE, os.path.join(ROOT, "fixtures", "python", "large-models")]
NEEDS = ["torch", "transformers"]


def split(folder, world, handler=None, **options):
    """A model of a snapshot folder, split as a handler does it."""
    import torch
    from rank_group import Context
    from transformers import AutoModelForCausalLM
    from ts.handler_utils.distributed.pt_pippy import (
        get_pipeline_driver,
        initialize_rpc_workers,
    )

    context = Context(
        {"pippy": {"rpc_timeout": 60}, "handler": handler or {}}, model_dir=os.path.dirname(folder)
    )
    initialize_rpc_workers(int(os.environ["LOCAL_RANK"]), world, context)
    if options:
        model = AutoModelForCausalLM.from_pretrained(folder, **options)
    else:
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_pretrained(folder)
    return get_pipeline_driver(model, world, context)


def logits_of(model):
    """Of one fixed prompt, and what greedy search makes of it."""
    import torch

    ids = torch.arange(40, 52).reshape(2, 6)
    with torch.no_grad():
        logits = model(ids).logits
        tokens = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=4, do_sample=False)
    return logits.tolist(), tokens.tolist()


class Snapshots(unittest.TestCase):
    """A folder per test."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ts-snapshot-")
        self.addCleanup(shutil.rmtree, self.folder)

    def check(self, families, form, **options):
        """Two ranks, each family from a snapshot of this format, against the whole model."""
        import torch
        from rank_group import run_ranks
        from snapshot import write_snapshot

        wholes = {}
        for family in families:
            wholes[family] = write_snapshot(os.path.join(self.folder, family), family, form)

        def program(rank):
            found = {}
            for family in families:
                model = split(os.path.join(self.folder, family), 2, {"model_path": family}, **options)
                found[f"{family} bytes"] = sum(
                    each.numel() * each.element_size() for each in model.parameters()
                )
                if rank == 0:
                    found[family] = logits_of(model)
            return found

        ranks = run_ranks(2, program)
        for family in families:
            logits, tokens = logits_of(wholes[family])
            got = ranks[0][family]
            with self.subTest(family=family):
                self.assertLessEqual((torch.tensor(got[0]) - torch.tensor(logits)).abs().max(), 1e-5)
                self.assertEqual(got[1], tokens)
                whole = sum(each.numel() * each.element_size() for each in wholes[family].parameters())
                for found in ranks:
                    self.assertLess(found[f"{family} bytes"], 0.8 * whole)

    def test_safetensors_of_every_family_under_the_meta_device(self):
        """Rotary tables and tied heads are not in the files."""
        self.check(("bloom", "gpt2", "opt", "llama"), "safetensors")

    def test_bin_files_with_low_cpu_mem_usage(self):
        """The format of older snapshots, and the option of the field's tutorials."""
        self.check(("bloom", "llama"), "bin", low_cpu_mem_usage=True)

    def test_only_the_own_shards_are_opened(self):
        """A shard that no tensor of this rank is in may be missing on its machine."""
        from rank_group import run_ranks
        from snapshot import write_snapshot

        place = os.path.join(self.folder, "bloom")
        write_snapshot(place, "bloom", shard_size="30KB", layers=4)

        def program(rank):
            import torch.distributed as dist
            from ts.handler_utils.distributed import checkpoint

            opened = []
            original = checkpoint._SafeShard.__init__
            checkpoint._SafeShard.__init__ = lambda self, path: (opened.append(path), original(self, path))[1]
            model = split(place, 2, {"model_path": place})
            dist.barrier()
            return (
                len(opened),
                len([name for name in os.listdir(place) if name.endswith(".safetensors")]),
                bool(model),
            )

        for opened, all_shards, _ in run_ranks(2, program):
            self.assertLess(opened, all_shards)

    def test_memory_limits_choose_the_cut(self):
        """A rank with little memory gets fewer layers; limits that nothing fits are an error with both
        numbers."""
        from rank_group import run_ranks
        from snapshot import write_snapshot

        place = os.path.join(self.folder, "bloom")
        write_snapshot(place, "bloom", layers=4)

        def program(rank):
            model = split(place, 2, {"model_path": place}, max_memory={0: "100KB", 1: "250KB", "cpu": "1GB"})
            taken = len(model.transformer.h)
            try:
                split(place, 2, {"model_path": place}, max_memory={0: "10KB", 1: "10KB"})
            except ValueError as error:
                return taken, str(error)
            return taken, "it fitted"

        (first, message), (second, _) = run_ranks(2, program)
        self.assertEqual((first, second), (1, 3))
        self.assertRegex(
            message, r"bytes of weights do not fit max_memory over 2 ranks \(10000 bytes, 10000 bytes\)"
        )


class Memory(unittest.TestCase):
    """Four ranks of a model whose weights are far larger than a rank without weights grows."""

    @unittest.skipUnless(os.path.exists("/proc/self/status"), "needs /proc")
    def test_a_rank_takes_its_share_of_the_weights_and_no_more_than_a_third_beside(self):
        """Peak over loading and a forward; the base is what the same program takes with next to no
        weights."""
        from snapshot import to_bin, write_snapshot

        folder = tempfile.mkdtemp(prefix="ts-snapshot-")
        self.addCleanup(shutil.rmtree, folder)
        write_snapshot(os.path.join(folder, "tiny"), layers=8, hidden=32)
        write_snapshot(os.path.join(folder, "safetensors"), layers=8, hidden=512, shard_size="20MB")
        shutil.copytree(os.path.join(folder, "safetensors"), os.path.join(folder, "bin"))
        to_bin(os.path.join(folder, "bin"))
        base = [taken for _, taken in self.grown(os.path.join(folder, "tiny"))]
        for form in ("safetensors", "bin"):
            for rank, (own, taken) in enumerate(self.grown(os.path.join(folder, form))):
                with self.subTest(form=form, rank=rank):
                    self.assertGreater(own, 20e6)
                    self.assertLessEqual(taken, 1.3 * own + max(base))

    def grown(self, place):
        """Of each rank: bytes of its own weights, and by how many bytes its memory grew at most."""
        from rank_group import run_ranks

        def program(rank):
            import torch

            before = status_bytes("VmRSS")
            model = split(place, 4, {"model_path": place})
            own = sum(each.numel() * each.element_size() for each in model.parameters())
            if rank == 0:
                with torch.no_grad():
                    model(torch.arange(40, 52).reshape(2, 6))
            torch.distributed.barrier()
            return own, status_bytes("VmHWM") - before

        return run_ranks(4, program)


def status_bytes(name):
    """One line of /proc/self/status."""
    with open("/proc/self/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


class Faults(unittest.TestCase):
    """What is missing is named."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ts-snapshot-")
        self.addCleanup(shutil.rmtree, self.folder)

    def fill(self, place):
        """One rank alone."""
        import torch
        from transformers import AutoConfig, AutoModelForCausalLM
        from ts.handler_utils.distributed.lazy_load import fill_stage
        from ts.handler_utils.distributed.stage import Stage

        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(place)).eval()
        fill_stage(Stage(model, 0, 1), place, torch.device("cpu"))

    def test_a_folder_without_weights(self):
        """Both formats are named."""
        from snapshot import config_of

        config_of("bloom", 2, 32).save_pretrained(self.folder)
        with self.assertRaisesRegex(
            FileNotFoundError, "has no weights: it needs model.safetensors.index.json or"
        ):
            self.fill(self.folder)

    def test_a_shard_that_is_not_there(self):
        """The index names it."""
        from snapshot import write_snapshot

        write_snapshot(self.folder, layers=2)
        os.remove(os.path.join(self.folder, "model-00002-of-00003.safetensors"))
        with self.assertRaisesRegex(
            FileNotFoundError, "lacks model-00002-of-00003.safetensors, which its index names"
        ):
            self.fill(self.folder)

    def test_tensors_that_are_not_there(self):
        """A snapshot of a smaller model."""
        from snapshot import config_of, write_snapshot

        write_snapshot(self.folder, layers=2)
        config_of("bloom", 3, 32).save_pretrained(self.folder)
        with self.assertRaisesRegex(RuntimeError, r"lacks 12 tensors of the model: transformer\.h\.2\."):
            self.fill(self.folder)

    def test_a_tensor_of_another_shape(self):
        """Both shapes are told."""
        from snapshot import config_of, write_snapshot

        write_snapshot(self.folder, layers=2)
        config_of("bloom", 2, 64).save_pretrained(self.folder)
        with self.assertRaisesRegex(
            RuntimeError, r"has the shape \[258, 32\] in the snapshot, the model wants \[258, 64\]"
        ):
            self.fill(self.folder)


if __name__ == "__main__":
    unittest.main()
