"""Batches one after another: order, credits, writes and clients that leave."""

from __future__ import annotations

import json
import struct
import unittest

from ts.service import Service as LoadedModel
from ts.worker.batch_loop import STEADY_BATCHES, BatchLoop
from ts.worker.credits import CreditWindow
from ts.worker.decode import Frame
from ts.worker.frames import BATCH
from ts.worker.outbox import Outbox
from ts.worker.pieces import PieceSink
from ts.worker.service import Service


class Sends:
    """A socket whose writes are kept, each as a list of (id, header, body)."""

    def __init__(self):
        self.writes = []

    def sendall(self, data):
        frames, at = [], 0
        while at < len(data):
            length, _, _, frame_id, header_bytes = struct.unpack_from(">IBBII", data, at)
            end = at + 4 + length
            header = json.loads(data[at + 14 : at + 14 + header_bytes])
            frames.append((frame_id, header, bytes(data[at + 14 + header_bytes : end])))
            at = end
        self.writes.append(frames)

    @property
    def frames(self):
        return [frame for write in self.writes for frame in write]


class Loops(unittest.TestCase):
    def make(self, handle, hear=lambda: None):
        """A handler that is to be slow moves `self.now`."""
        self.now = 0.0
        self.sends = Sends()
        outbox = Outbox(self.sends)
        model = LoadedModel("m", "/m", {}, handle, None, 1, True, None, {})
        self.context = model.context
        self.loop = BatchLoop(
            Service(model, True, 1000),
            CreditWindow(4),
            outbox,
            PieceSink(outbox, hear),
            hear,
            lambda: self.now,
        )
        self.outbox = outbox
        return self.loop

    def add(self, frame_id, *bodies):
        jobs = [
            {
                "id": f"{frame_id}-{index}",
                "verb": "predict",
                "headers": {},
                "parts": [{"name": "body", "type": "", "size": len(body)}],
            }
            for index, body in enumerate(bodies)
        ]
        self.loop.add(Frame(BATCH, frame_id, {"jobs": jobs}, bytearray(b"".join(bodies))))

    def test_answer_in_the_order_they_came_and_grant_credits(self):
        self.make(lambda data, context: [row["body"] for row in data])
        for frame_id in (5, 6):
            self.add(frame_id, b"a%d" % frame_id)
        self.loop.run()
        self.outbox.flush()
        self.assertEqual(
            [(frame_id, body) for frame_id, _, body in self.sends.frames], [(5, b"a5"), (6, b"a6")]
        )
        header = self.sends.frames[0][1]
        self.assertEqual(header["credits"], 2)
        self.assertEqual(header["answers"][0]["size"], 2)
        self.assertEqual(header["handlerMs"], 0)

    def test_tell_the_handlers_time(self):
        def handle(data, context):
            self.now += 0.0125
            return ["x"]

        self.make(handle)
        self.add(1, b"")
        self.loop.run()
        self.assertAlmostEqual(self.sends.frames[0][1]["handlerMs"], 12.5)

    def test_join_the_answers_of_short_batches_once_all_were_short_for_a_while(self):
        self.make(lambda data, context: ["x"])
        for frame_id in range(STEADY_BATCHES):
            self.add(frame_id, b"")
            self.loop.run()
        self.assertEqual(len(self.sends.writes), STEADY_BATCHES - 1)
        self.outbox.flush()
        written = len(self.sends.writes)
        for frame_id in (1, 2, 3):
            self.add(frame_id, b"")
        self.loop.run()
        self.outbox.flush()
        self.assertEqual([len(write) for write in self.sends.writes[written:]], [3])

    def test_send_an_answer_before_the_next_batch_where_batches_may_be_long(self):
        written = []

        def handle(data, context):
            written.append(len(self.sends.writes))
            self.now += 0.002
            return ["x"]

        self.make(handle)
        for frame_id in (1, 2, 3):
            self.add(frame_id, b"")
        self.loop.run()
        self.assertEqual(written, [0, 1, 2])

    def test_hear_between_long_batches_who_has_left_and_do_not_begin_for_nobody(self):
        calls = []

        def handle(data, context):
            calls.append(bytes(data[0]["body"]))
            self.now += 0.001
            return ["x"] * len(data)

        self.make(handle, hear=lambda: self.loop.cancel(2, [0, 1]))
        self.add(1, b"first")
        self.add(2, b"left", b"left too")
        self.add(3, b"last")
        self.loop.run()
        self.outbox.flush()
        self.assertEqual(calls, [b"first", b"last"])
        answers = self.sends.frames[1][1]["answers"]
        self.assertEqual([answer["status"] for answer in answers], [499, 499])

    def test_run_a_batch_that_only_some_have_left(self):
        self.make(lambda data, context: [str(context.is_cancelled(idx)) for idx in range(len(data))])
        self.add(1, b"", b"")
        self.loop.cancel(1, [1])
        self.loop.run()
        self.outbox.flush()
        self.assertEqual(self.sends.frames[0][2], b"FalseTrue")

    def test_tell_a_running_handler_that_its_client_has_left(self):
        def handle(data, context):
            return [str(context.is_cancelled())]

        self.make(handle, hear=lambda: self.loop.cancel(9, [0]))
        self.add(9, b"")
        self.loop.run()
        self.outbox.flush()
        self.assertEqual(self.sends.frames[0][2], b"True")


class Pieces(Loops):
    def test_leave_at_once_each_with_the_mark_of_a_stream(self):
        from ts.handler_utils.utils import send_intermediate_predict_response

        def handle(data, context):
            for number in range(2):
                send_intermediate_predict_response(
                    [f"{number}a", f"{number}b"], context.request_ids, "ok", 200, context
                )
            return ["end a", "end b"]

        self.make(handle)
        self.add(4, b"", b"")
        self.loop.run()
        self.outbox.flush()
        pieces = self.sends.frames[:-1]
        self.assertEqual([len(write) for write in self.sends.writes], [2, 2, 1])
        self.assertEqual(
            [(frame_id, header["job"], body) for frame_id, header, body in pieces],
            [(4, 0, b"0a"), (4, 1, b"0b"), (4, 0, b"1a"), (4, 1, b"1b")],
        )
        self.assertEqual({header["headers"]["ts_stream_next"] for _, header, _ in pieces}, {"true"})
        last = self.sends.frames[-1][1]["answers"]
        self.assertEqual([answer["headers"]["ts_stream_next"] for answer in last], ["false", "false"])

    def test_are_not_sent_to_who_has_left(self):
        from ts.handler_utils.utils import send_intermediate_predict_response

        def handle(data, context):
            for number in range(2):
                send_intermediate_predict_response([str(number)], context.request_ids, "ok", 200, context)
            return ["end"]

        self.make(handle, hear=lambda: self.loop.cancel(4, [0]))
        self.add(4, b"")
        self.loop.run()
        self.outbox.flush()
        self.assertEqual([body for _, _, body in self.sends.frames], [b"0", b"end"])

    def test_with_another_code_end_the_batch_with_that_error(self):
        from ts.handler_utils.utils import send_intermediate_predict_response

        def handle(data, context):
            send_intermediate_predict_response(["x"], context.request_ids, "enough", 507, context)

        self.make(handle)
        self.add(4, b"")
        self.loop.run()
        self.outbox.flush()
        answer = self.sends.frames[0][1]["answers"][0]
        self.assertEqual((answer["status"], answer["error"]), (507, "enough"))

    def test_have_nobody_to_go_to_outside_of_a_batch(self):
        from ts.handler_utils.utils import send_intermediate_predict_response
        from ts.utils.util import PredictionException

        self.make(lambda data, context: ["x"])
        with self.assertRaises(PredictionException):
            send_intermediate_predict_response(["x"], {0: "r"}, "ok", 200, self.context)


if __name__ == "__main__":
    unittest.main()
