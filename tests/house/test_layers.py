"""Floors: domain looks down, web looks at any domain but at no other web, keys point down."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

FLOORS = {
    "core": 0,
    "accounts": 1,
    "labels": 2,
    "history": 2,
    "lists": 2,
    "jobs": 2,
    "custom_fields": 3,
    "files": 3,
    "exports": 3,
    "contacts": 4,
    "pipelines": 4,
    "products": 4,
    "opportunities": 5,
    "leads": 6,
    "deals": 6,
    "projects": 7,
    "activities": 8,
    "conversion": 9,
    "imports": 10,
    "search": 10,
    "takeout": 10,
    "reports": 11,
    "crm": 12,
}
WEB = {"urls", "views", "forms", "filters", "templatetags", "admin", "public"}
# Kits: what of these apps belongs to pages; the web of every app above may use it.
KITS = {
    # Fields that read what people typed are ground, not web: filters, which are domain, read too.
    "core": WEB - {"forms"} | {"web", "seen", "middleware", "icons"},
    "lists": WEB | {"acting", "boarding", "in_place"},
    "custom_fields": WEB | {"entering"},
    "files": WEB | {"pages"},
    "opportunities": WEB | {"pages"},
}


def modules():
    """(app, whether it is web, the modules it imports, its path) of every module of the project."""
    for app in FLOORS:
        for path in sorted(Path(settings.BASE_DIR, app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            yield app, is_web(parts), imported(path), "/".join(parts)


def is_web(parts):
    app, *inner = parts
    return bool(set(inner) & KITS.get(app, WEB))


def imported(path):
    """Everything a module imports anywhere in it, functions included, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {tuple(name.split(".")) for name in names if name.split(".")[0] in FLOORS}


def test_every_app_of_ours_has_a_floor():
    ours = {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).parent == Path(settings.BASE_DIR)
    }
    assert ours == set(FLOORS)


def test_domain_imports_only_lower_floors_domain():
    wrong = [
        f"{module} imports {'.'.join(name)}"
        for app, web, names, module in modules()
        if not web and app != "crm"
        for name in names
        if name[0] != app and (FLOORS[name[0]] >= FLOORS[app] or is_web(name))
    ]
    assert wrong == []


def test_web_imports_no_other_apps_web_but_kits_below():
    wrong = [
        f"{module} imports {'.'.join(name)}"
        for app, web, names, module in modules()
        if web and app != "crm"
        for name in names
        if name[0] != app and is_web(name)
        if not (name[0] in KITS and FLOORS[name[0]] < FLOORS[app])
    ]
    assert wrong == []


def test_nobody_imports_the_project():
    wrong = [
        f"{module} imports {'.'.join(name)}"
        for app, _web, names, module in modules()
        if app != "crm"
        for name in names
        if name[0] == "crm"
    ]
    assert wrong == []


def keys():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model:
                target = field.related_model._meta.app_label
                if model._meta.app_label in FLOORS and target in FLOORS:
                    name = f"{model._meta.label}.{field.name} → {target}"
                    yield pytest.param(model._meta.app_label, target, id=name)


@pytest.mark.parametrize(("app", "target"), list(keys()))
def test_keys_point_down(app, target):
    assert app == target or FLOORS[target] < FLOORS[app]
