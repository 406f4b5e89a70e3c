"""Which columns of a file are for which fields: by their headers, by what whoever imports did with
such headers before, and by what stands in the columns. A guess is shown and can be put right.
"""

from imports.guessing.guess import guess
from imports.guessing.options import options_for
from imports.guessing.pipedrive import Recognised, recognise

__all__ = ["Recognised", "guess", "options_for", "recognise"]
