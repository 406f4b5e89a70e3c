"""Rules of the pages, kept for many rows at once: the check and the run both ask them."""
