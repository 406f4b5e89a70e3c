"""What jobs of imports do, and what happens to imports every night."""

from imports.forgetting import forget_old
from jobs.registry import daily


@daily("imports.forget")
def forget_imports():
    forget_old()
