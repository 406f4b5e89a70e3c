"""A web kit: the pages that lists of leads and of deals have in common.

Each function answers one request; the apps call it with their ``Acts``, their list and their forms.
"""
