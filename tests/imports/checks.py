"""Imports at their third step: a file, how its columns are matched, and its check."""

from imports.checking import start_check
from imports.models import Import
from jobs.services import run_now
from tests.factories import ImportFactory


def importing(by, text, fields, *, kind="lead", choices=None, options=None, **more) -> Import:
    """An import of ``text``, a CSV whose columns go into ``fields``, ready to be checked."""
    headers = text.splitlines()[0].split(",")
    columns = [{"field": field, "options": {}} for field in fields]
    for number, chosen in (options or {}).items():
        columns[number]["options"] = chosen
    return ImportFactory(
        by=by,
        content=text.encode(),
        kind=kind,
        headers=headers,
        columns=columns,
        choices=choices or {},
        options={"format": "csv", "encoding": "utf-8", "delimiter": ",", "quote": '"'},
        stage=Import.Stage.CHECK,
        **more,
    )


def checked(*arguments, **keywords) -> Import:
    """The same after its check."""
    one = importing(*arguments, **keywords)
    job = run_now(start_check(one, by=one.by))
    assert job.status == "done", job.error
    one.refresh_from_db()
    return one
