"""What handlers log is seen, by the stream that says how bad it is; the worker itself does without logging."""

from __future__ import annotations

import subprocess
import sys
import unittest

RUN = "import sys; from ts.worker.handler_logging import show_logging; show_logging(); "


def output_of(program):
    done = subprocess.run(
        [sys.executable, "-c", RUN + program], capture_output=True, text=True, timeout=20, check=True
    )
    return done.stdout, done.stderr


class Logging(unittest.TestCase):
    def test_is_not_imported_for_those_who_do_not_log(self):
        self.assertEqual(("False\n", ""), output_of("print('logging' in sys.modules)"))

    def test_messages_go_where_their_level_says_also_while_a_module_is_imported(self):
        program = "import logging; log = logging.getLogger('mine'); log.debug('d'); log.info('i'); log.warning('w %d', 3); log.error('e')"
        self.assertEqual(("i\n", "w 3\ne\n"), output_of(program))

    def test_works_for_what_imports_a_part_of_it(self):
        self.assertEqual(("i\n", ""), output_of("import logging.handlers; logging.info('i')"))

    def test_a_handler_may_set_it_up_itself(self):
        program = "import logging; logging.basicConfig(format='own %(message)s', stream=sys.stdout, force=True); logging.warning('w')"
        self.assertEqual(("own w\n", ""), output_of(program))

    def test_is_set_up_when_it_was_imported_before(self):
        program = "import logging; logging.root.handlers.clear(); show_logging(); logging.info('i')"
        self.assertEqual(("i\n", ""), output_of(program))

    def test_the_module_is_what_it_would_be_otherwise(self):
        program = "import logging, importlib; print(type(logging.__loader__).__name__, logging.__spec__.loader is logging.__loader__); importlib.reload(logging)"
        self.assertEqual("SourceFileLoader True\n", output_of(program)[0])


if __name__ == "__main__":
    unittest.main()
