"""What can be imported, and into which fields: a row of a file says something of several records.

A field goes by ``<record>.<field>``: ``lead.title``, ``person.email``, ``lead.custom_12``.
"""

from imports.targets.fields import TargetField
from imports.targets.kinds import KINDS, Target, kinds_for, target
from imports.targets.wanting import wants

__all__ = ["KINDS", "Target", "TargetField", "kinds_for", "target", "wants"]
