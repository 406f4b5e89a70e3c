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
    """``Lead.objects`` must be followed, in the same expression, by one of the doors."""
    tree = ast.parse(path.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    wrong = [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("objects", "everything", "_default_manager", "_base_manager")
        and isinstance(node.value, ast.Name)
        and node.value.id in OWNED
        and not DOORS & set(followed_by(node, parents))
    ]
    assert wrong == []


def followed_by(node, parents):
    """The names of the methods called on ``node``, one after the other."""
    while isinstance(node := parents.get(node), ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute):
            yield node.attr
