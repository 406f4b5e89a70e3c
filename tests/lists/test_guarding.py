"""A text that leaves in a file comes back as it was, and never as a formula."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.guarding import guarded, unguarded
from lists.joining import joined, parted

NASTY = st.text(alphabet=" '\"=+-@\t\r\n,;|a\uff1d", max_size=6)


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1"])
def test_what_looks_like_a_formula_stands_behind_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1", "a=b", "'", "'tis", "it's = 1"])
def test_other_texts_stay(text):
    assert guarded(text) == unguarded(text) == text


@given(NASTY)
def test_a_guarded_text_comes_back(text):
    assert unguarded(guarded(text)) == text


@given(st.lists(NASTY.map(str.strip), max_size=4), st.sampled_from([", ", ",", ";", "|", "\n"]))
def test_several_values_of_a_cell_come_back(values, separator):
    assert parted(joined(values, separator), separator) == values


def test_cells_that_others_wrote_are_read_as_they_meant():
    assert parted('a,b ; c,, "d, e"') == ["a", "b ; c", "d, e"]
    assert parted('say "hi", "x" y, "open') == ['say "hi"', '"x" y', '"open']
    assert parted("") == parted(" , ") == []


def test_whoever_parses_files_asks_without_django():
    asked = "import sys, lists.guarding, lists.joining; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
