"""``python -m imports.parsing look {"options"…} < file``: what a table holds, as lines of JSON.

``look`` writes one object; ``rows`` writes lists of rows, each with the line where it begins. The
last line is ``{"end": true}``, or why the file cannot be read. Neither Django nor any setting or
secret is known here; whatever a file does to this process, it does to nobody else.
"""

import json
import sys

from imports.parsing.limits import end_with_parent, set_limits
from imports.parsing.tables import Table
from imports.parsing.unreadable import Unreadable

BATCH = 500  # rows in a line, fewer when they are long
MOST_CHARACTERS = 1_000_000


def main(act, options):
    end_with_parent()
    set_limits()
    try:
        table = Table(sys.stdin.buffer, json.loads(options))
        if act == "look":
            write(table.look())
        else:
            for batch in batches(table.rows()):
                write(batch)
        write({"end": True})
    except Unreadable as problem:
        write({"unreadable": problem.reason, "values": problem.values})
    except MemoryError:
        write({"unreadable": "memory", "values": {}})
    except BrokenPipeError:  # nobody listens any more
        sys.stderr.close()


def batches(rows):
    """Rows in lists that are worth a line, none too long for whoever reads it."""
    batch, size = [], 0
    for row in rows:
        batch.append(row)
        size += sum(map(len, row[1]))
        if len(batch) == BATCH or size > MOST_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def write(what):
    sys.stdout.buffer.write(json.dumps(what, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


main(*sys.argv[1:])
