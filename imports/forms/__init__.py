"""Forms of imports: the file and how it is read, which column is what, matchings under a name."""
