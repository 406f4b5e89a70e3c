"""Forms of imports: the file, and how it is read."""
