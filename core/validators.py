"""What text may hold: nothing invisible, nothing that turns the reading direction around."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# U+202A-202E and U+2066-2069 reorder the text around them: a title could read as something it is
# not.
HIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069"

validate_line = RegexValidator(
    re.compile(f"[{HIDDEN}\t\n\r]"),
    message=_("This text holds characters that cannot be seen. Please type it again."),
    code="hidden_characters",
    inverse_match=True,
)
validate_text = RegexValidator(
    re.compile(f"[{HIDDEN}]"),
    message=_("This text holds characters that cannot be seen. Please type it again."),
    code="hidden_characters",
    inverse_match=True,
)
