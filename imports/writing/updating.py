"""Known records say what the rows say of them, and history what they said before.

The records are locked already. What changes in each is found out as their pages find it out, and
written in one statement for each table.
"""
