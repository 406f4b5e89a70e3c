"""What the dialog of an export sends, and what a file says."""

import csv
import io

ASKED = {"save": "1", "file_format": "csv", "columns": "shown"}
FRENCH = {**ASKED, "file_format": "semicolons"}


def rows_of(answer, delimiter=","):
    """The rows of a CSV file that was sent, heads first."""
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")  # spreadsheets take it for UTF-8 then
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
