"""Bulk: export to a file and import from one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

from .._bridge import native
from .._progress import counting
from ..errors import translated
from ..exchange import Exported, Imported, ImportProblem
from ..results import Access, Path, plain
from .part import SessionPart


class Exchanging(SessionPart):
    """Export and import as JSON Lines."""

    @translated
    def export_file(
        self,
        path: Path,
        access: Access,
        *,
        cases: Sequence[str] | None = None,
        history: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> Exported:
        """Writes records as JSON Lines to a new file: plaintext, for its owner only, a signed manifest beside it.

        A disclosure: each record read is logged, and so is the export; ``access`` needs a reason. Everything, or
        ``cases`` with all that belongs to them; with ``history`` every revision. ``progress`` hears how many lines are
        written, and must not call the session.
        """
        chosen = None if cases is None else list(cases)
        with counting(native.ExchangeProgress, progress) as told:
            done = self._handle.export_file(os.fspath(path), chosen, history, access._native(), told)
        return Exported(done.lines_file, done.manifest_file, json.loads(done.manifest))

    @translated
    def import_file(
        self,
        path: Path,
        access: Access,
        *,
        partial: bool = False,
        dry_run: bool = False,
        progress: Callable[[int], object] | None = None,
    ) -> Imported:
        """Brings in the records of a file of JSON Lines, in one transaction: all, or with ``partial`` the good ones.

        If a line is wrong, nothing is written, and ``problems`` says what is. With ``dry_run`` nothing is written anyway.
        """
        with counting(native.ExchangeProgress, progress) as told:
            done = self._handle.import_file(os.fspath(path), partial, dry_run, access._native(), told)
        problems = tuple(plain(ImportProblem, problem) for problem in done.problems)
        return Imported(done.lines, done.rejected, done.written, problems, done.problem_count, dict(done.ids))
