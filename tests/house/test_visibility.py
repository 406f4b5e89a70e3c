"""Web modules reach owned records only through the doors that know rights."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from accounts.models import Owned

WEB = ("views", "forms", "filters", "templatetags", "public")
OWNED = {model.__name__ for model in apps.get_models() if issubclass(model, Owned)}
DOORS = {"visible_to", "changeable_by", "deletable_by", "convertible_by", "none"}


def web_modules():
    for app in apps.get_app_configs():
        root = Path(app.path)
        if root.parent != Path(settings.BASE_DIR):
            continue
        for path in sorted(root.rglob("*.py")):
            if set(path.relative_to(root).with_suffix("").parts) & set(WEB):
                yield pytest.param(path, id=str(path.relative_to(settings.BASE_DIR)))


@pytest.mark.parametrize("path", list(web_modules()))
def test_records_are_asked_for_through_a_door(path):
    """Whatever function names ``Lead.objects`` also names one of the doors."""
    wrong = [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for scope in scopes(ast.parse(path.read_text()))
        if not DOORS & {node.attr for node in ast.walk(scope) if isinstance(node, ast.Attribute)}
        for node in ast.walk(scope)
        if isinstance(node, ast.Attribute)
        and node.attr in ("objects", "everything", "_default_manager", "_base_manager")
        and isinstance(node.value, ast.Name)
        and node.value.id in OWNED
    ]
    assert wrong == []


def scopes(tree):
    """Each function by itself, and every statement outside of functions."""
    inner = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    outer = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return inner + outer
