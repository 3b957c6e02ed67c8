"""Each call makes one step of every request, until it has made as many as asked; `stop` ends all others."""


class Steps:
    def initialize(self, context):
        self.left = {}

    def handle(self, data, context):
        ids = [context.get_request_id(idx) for idx in range(len(data))]
        words = [bytes(row["body"]).decode() if row else "" for row in data]
        for key, word in zip(ids, words):
            if word:
                self.left[key] = 0 if word == "stop" else int(word)
        if "stop" in words:
            self.left = {key: min(left, 1) for key, left in self.left.items()}
        for key in ids:
            self.left[key] -= 1
        context.stopping_criteria = [lambda _, last=self.left[key] <= 0: last for key in ids]
        return [f"{len(data)};" for _ in data]
