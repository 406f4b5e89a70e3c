"""Formulas of calculated fields: a small language over what a deal says, never Python.

A text is parsed into a tree, checked, and compiled to a database expression, so that a calculated
value is always true and can be sorted, filtered and summed. It is kept with the keys of the fields
it names, so that a field may be called otherwise.
"""

from custom_fields.formulas.compiling import calculation
from custom_fields.formulas.errors import FormulaError
from custom_fields.queries import calculated_fields

__all__ = ["FormulaError", "calculated_fields", "calculation"]
