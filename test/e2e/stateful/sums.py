"""A sum per sequence. The body is a number, or `pid`."""

import os


class Sums:
    def initialize(self, context):
        self.sums = {}

    def handle(self, data, context):
        return [self.add(idx, bytes(row["body"]).decode(), context) for idx, row in enumerate(data)]

    def add(self, idx, word, context):
        name = context.get_sequence_id(idx)
        context.set_response_header(idx, context.header_key_sequence_id, name)
        if word == "pid":
            return str(os.getpid())
        if context.get_request_header(idx, context.header_key_sequence_start) == "true":
            self.sums[name] = 0
        self.sums[name] = self.sums.get(name, 0) + int(word)
        if context.get_request_header(idx, context.header_key_sequence_end) == "true":
            context.set_response_header(idx, context.header_key_sequence_end, name)
        return str(self.sums[name])
