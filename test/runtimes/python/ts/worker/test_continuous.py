"""Rounds of continuous batching in a real worker process."""

from __future__ import annotations

import unittest

from worker_process import WorkerProcess

LOOP = """
class Loop:
    def initialize(self, context):
        self.left = {}

    def handle(self, data, context):
        out, criteria = [], []
        for idx, row in enumerate(data):
            key = context.get_request_id(idx)
            body = row.get("body")
            if body == b"fail":
                raise ValueError("on purpose")
            if body == b"none":
                out.append("whole")
                criteria.append(lambda _: None)
                continue
            self.left[key] = self.left.get(key, int(body or 0)) - 1
            out.append("%s %s %d" % (context.get_request_header(idx, "name"), sorted(row), self.left[key]))
            criteria.append(lambda _, last=self.left[key] == 0: last)
        context.stopping_criteria = criteria
        return out

    def describe_handle(self):
        return {"loop": True}
"""
ROUNDS = {"continuousBatching": True}


def held(job_id):
    """A job that the worker has kept."""
    return {"id": job_id, "verb": "predict", "headers": {}, "parts": [], "held": True}


def job(job_id, body, name="n"):
    part = {"name": "body", "type": "", "size": len(body)}
    return {"id": job_id, "verb": "predict", "headers": {"name": name}, "parts": [part]}


def ask(worker, frame_id, jobs, body=b""):
    """Sends a round; gives (answers, body)."""
    worker.send("BATCH", frame_id, {"jobs": jobs}, body)
    done = worker.until("DONE")[-1]
    return done["header"]["answers"], done["body"]


def marks(answers):
    return [(answer["headers"].get("ts_stream_next"), answer.get("more")) for answer in answers]


class Rounds(unittest.TestCase):
    def test_what_goes_on_is_shown_its_headers_again_and_no_input(self):
        with WorkerProcess(LOOP, header=ROUNDS) as worker:
            answers, body = ask(worker, 1, [job("a", b"2", "A"), job("b", b"1", "B")], b"21")
            self.assertEqual(marks(answers), [("true", True), ("false", None)])
            self.assertEqual(body, b"A ['body'] 1B ['body'] 0")
            answers, body = ask(worker, 2, [held("a"), job("c", b"3", "C")], b"3")
            self.assertEqual(marks(answers), [("false", None), ("true", True)])
            self.assertEqual(body, b"A [] 0C ['body'] 2")

    def test_an_answer_without_a_verdict_is_whole(self):
        with WorkerProcess(LOOP, header=ROUNDS) as worker:
            answers, body = ask(worker, 1, [job("a", b"none")], b"none")
            self.assertEqual((marks(answers), body), ([(None, None)], b"whole"))

    def test_a_round_that_fails_keeps_nothing(self):
        with WorkerProcess(LOOP, header=ROUNDS) as worker:
            ask(worker, 1, [job("a", b"9")], b"9")
            answers, _ = ask(worker, 2, [held("a"), job("b", b"fail")], b"fail")
            self.assertEqual([answer["error"] for answer in answers], ["Prediction failed"] * 2)
            answers, body = ask(worker, 3, [job("c", b"1")], b"1")
            self.assertEqual((marks(answers), body), ([("false", None)], b"n ['body'] 0"))

    def test_a_description_passes_between_two_rounds(self):
        with WorkerProcess(LOOP, header=ROUNDS) as worker:
            ask(worker, 1, [job("a", b"2", "A")], b"2")
            description = {"id": "d", "verb": "describe", "headers": {"describe": "True"}, "parts": []}
            ask(worker, 2, [description])
            _, body = ask(worker, 3, [held("a")])
            self.assertEqual(body, b"A [] 0")

    def test_there_is_one_round_at_a_time_however_short_it_is(self):
        with WorkerProcess(LOOP, header=ROUNDS) as worker:
            credits = []
            for frame_id in range(1, 9):
                worker.send("BATCH", frame_id, {"jobs": [job("a", b"1")]}, b"1")
                credits.append(worker.until("DONE")[-1]["header"]["credits"])
            self.assertEqual(credits, [1] * 8)

    def test_without_rounds_nothing_is_kept(self):
        with WorkerProcess(LOOP) as worker:
            answers, _ = ask(worker, 1, [job("a", b"5")], b"5")
            self.assertEqual(marks(answers), [("true", None)])


if __name__ == "__main__":
    unittest.main()
