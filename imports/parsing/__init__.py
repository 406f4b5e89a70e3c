"""A file becomes rows, in a short-lived process that knows no Django and may use little: see
``__main__``.
"""
