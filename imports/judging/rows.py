"""Rows of a file and what would become of them: ready, skipped or refused, and why."""

from collections.abc import Container, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from django.utils.translation import gettext as _

from imports.judging.preparing import Prepared, Preparing, cell, problem
from imports.judging.recognising import Meant, Recognising
from imports.judging.repeating import Earlier
from imports.judging.requiring import Requiring
from imports.models import Import, Row
from imports.rules.selling import Offer, Selling

REFUSED, SKIPPED, READY = Row.Verdict.REFUSED, Row.Verdict.SKIPPED, Row.Verdict.READY


class Judging:
    """How the rows of one import are judged; made once for all of them. ``earlier`` knows the new
    records that rows judged before bring along.
    """

    def __init__(self, importing: Import, earlier: Earlier):
        self.importing, self.earlier = importing, earlier
        self.preparing = Preparing(importing)
        self.requiring = Requiring(self.preparing)

    def judge(
        self,
        rows: Sequence[Row],
        *,
        corrections: Mapping[int, Mapping[int, str]],
        skipped: Container[int],
    ) -> None:
        """Write into ``rows`` what becomes of them, with ``corrections`` in place of their cells
        and those left out that somebody ``skipped``. As many statements for five thousand rows as
        for one.
        """
        cells = [corrected(row.cells, corrections.get(row.number)) for row in rows]
        self.preparing.meet(cells)
        prepared = {}
        for row, texts in zip(rows, cells, strict=True):
            row.verdict, row.problems, row.prepared, row.matched = READY, [], {}, {}
            one = self.preparing.prepare(texts)
            self.first_look(row, one, is_skipped=row.number in skipped)
            if row.verdict == READY:
                one.says.setdefault(self.importing.kind, {})
                prepared[row.number] = one.says
        meant = self.whom(rows, prepared)
        for row in rows:
            if row.verdict == READY:
                row.prepared = prepared[row.number]
                row.matched = meant[row.number].kept() if row.number in meant else {}

    def first_look(self, row: Row, one: Prepared, *, is_skipped: bool) -> None:
        """What the row itself says is enough to leave it out, or to refuse it."""
        if is_skipped:
            row.verdict, row.problems = SKIPPED, [problem(None, "", _("You left it out."))]
        elif not one.is_wanted:
            reason = _("Rows that say this are left out, as matched.")
            row.verdict, row.problems = SKIPPED, [problem(None, "", reason)]
        elif one.problems:
            row.verdict, row.problems = REFUSED, one.problems

    def whom(self, rows: Sequence[Row], prepared: dict[int, dict]) -> dict[int, Meant]:
        """Which records the rows mean, and what they lack for that. A row that makes nothing brings
        nothing along either: another one may be the first to speak of a new record then, so that it
        is asked once more.
        """
        by_number = {row.number: row for row in rows}
        recognising = Recognising(self.importing, prepared, self.earlier)
        selling = Selling(self.importing)
        out = set()
        while True:
            meant, left_out = recognising.recognise(but=out)
            for number, why in left_out.items():
                row = by_number[number]
                row.verdict, row.problems = why.verdict, [problem(None, "", why.reason)]
            refused = self.lacking(
                by_number, prepared, meant, recognising, but=out | left_out.keys()
            )
            but = out | left_out.keys() | refused
            refused |= self.sell(by_number, prepared, meant, selling, but=but)
            if not left_out and not refused:
                self.earlier.tell(recognising.told)
                return meant
            out |= left_out.keys() | refused

    def lacking(self, by_number, prepared, meant, recognising, *, but) -> set[int]:
        """Refuse the rows that do not say enough for the records they make; answer with these.

        A row that inherits a new record of the refused ones before it is asked for it at once, so
        that many of them are not refused one after the other. If it says enough, what goes without
        saying is filled in when it is its turn.
        """
        refused = set()
        asked = [
            (says, meant.get(number) or Meant())
            for number, says in prepared.items()
            if number not in but
        ]
        self.requiring.meet(asked, self.earlier)
        for number, says in prepared.items():
            if number in but:
                continue
            one = meant.get(number) or Meant()
            if inherited := recognising.inherited(number, one):
                says = deepcopy(says)
                again = {kind: row for kind, row in one.again.items() if kind not in inherited}
                one = replace(one, again=again)
            if problems := list(self.requiring.lacking(says, one)):
                row = by_number[number]
                row.verdict, row.problems = REFUSED, problems
                refused.add(number)
            else:
                recognising.stays(number)
        return refused

    def sell(self, by_number, prepared, meant, selling, *, but) -> set[int]:
        """Refuse the rows whose lines cannot come into their deals; answer with these. A line that
        stands there is known.
        """
        offers = [
            offered(number, says, meant[number])
            for number, says in prepared.items()
            if "line" in says and number not in but
        ]
        if not offers:
            return set()
        sales = selling.sell(offers)
        for number, line in sales.there.items():
            meant[number].new.pop("line", None)
            meant[number].known["line"] = line
        for number, why in sales.refused.items():
            places = (f"line.{why.place}", "line.product", "line.name")
            column = self.preparing.column_of(*places)
            told = cell(by_number[number].cells, column)
            by_number[number].verdict = REFUSED
            by_number[number].problems = [problem(column, told, why.reason)]
        return set(sales.refused)


def offered(number: int, says: dict[str, dict], one: Meant) -> Offer:
    """What a row sells. New deals of chunks before this one have lines that only the run knows."""
    deal = one.known.get("deal", one.new.get("deal"))
    return Offer(number, deal, says["line"], says.get("deal", {}), "deal" in one.again)


def corrected(cells: Sequence[str], typed: Mapping[int, str] | None) -> Sequence[str]:
    """The cells of a row as somebody corrected them."""
    if not typed:
        return cells
    width = max(len(cells), max(typed) + 1)
    return [
        typed.get(number, cells[number] if number < len(cells) else "") for number in range(width)
    ]
