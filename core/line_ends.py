"""Line ends: browsers send others than they were given."""


def one_line_end(text: str) -> str:
    """``text`` with one sort of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
