"""The signed-in session: records, and the log that it keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from ._bridge import native
from ._door import ask_page
from ._page import Listing, Page, question
from ._session.exchanging import Exchanging
from ._session.forming import Forming
from ._session.searching import Searching
from ._session.staffing import Staffing
from .errors import translated
from .results import Access, CheckReport, Opened, RecordInfo, Revision, RevisionInfo, opened, opened_in_part, plain
from .values import Record, to_fields

_R = TypeVar("_R", bound=Record)


class Session(Forming, Searching, Exchanging, Staffing):
    """A member at work in a vault. Leaving its ``with`` block, or ``lock()``, wipes its keys.

    Calls may come from several threads; they are served one after the other.
    """

    def __init__(self, handle: Any) -> None:
        """Not for callers: use :meth:`Vault.sign_in`."""
        self._handle = handle

    @property
    def is_locked(self) -> bool:
        """Whether the session was locked, or nobody has used it for too long. Waits for nothing."""
        return bool(self._handle.is_locked())

    @translated
    def lock_if_idle(self) -> bool:
        """Locks the session if nobody used it for too long, for a timer of the host; tells whether it is locked."""
        return bool(self._handle.lock_if_idle())

    @translated
    def lock(self) -> None:
        """Ends the session and wipes its keys. Later calls raise :class:`~saferoom.SessionLocked`."""
        self._handle.lock()

    @translated
    def create(self, record: Record, access: Access, *, parent: str | None = None) -> Revision:
        """Records something new below ``parent``."""
        written = self._handle.create(record.KIND, parent, to_fields(record), access._native())
        return plain(Revision, written)

    @translated
    def create_many(self, new: Iterable[tuple[str | None, Record]], access: Access) -> list[Revision]:
        """Records many new things, each with its parent, in one transaction with one signature: all or none."""
        batch = [native.NewRecord(kind=item.KIND, parent=parent, fields=to_fields(item)) for parent, item in new]
        return [plain(Revision, written) for written in self._handle.create_many(batch, access._native())]

    @translated
    def write_history(self, new: Iterable[tuple[str | None, Record]], access: Access) -> list[Revision]:
        """Records what happened elsewhere before, such as a register on paper: all or none, logged as an import.

        As :meth:`create_many`, but the records may state what no host writes by hand otherwise, such as that a referral was
        completed.
        """
        batch = [native.NewRecord(kind=item.KIND, parent=parent, fields=to_fields(item)) for parent, item in new]
        return [plain(Revision, written) for written in self._handle.write_history(batch, access._native())]

    @translated
    def amend(self, id: str, record: Record, access: Access) -> Revision:
        """Gives a record a new revision with exactly these values; the old one stays, sealed.

        What the member has no key to stays as it is. A record that was read with ``fields=``, or disclosed, is refused: the
        new revision would be without all others. (A copy that you make of such a record bears no mark.)
        """
        if record._partial:
            raise ValueError(f"only some fields of this {record.KIND} were read or disclosed: read it whole to amend it")
        return plain(Revision, self._handle.amend(id, record.KIND, to_fields(record), access._native()))

    @translated
    def read(self, kind: type[_R], id: str, access: Access, *, fields: Sequence[str] | None = None) -> Opened[_R]:
        """Reads a record of this kind. The entry in the log is durable before anything opens.

        With ``fields``, only these are opened, and the log says which; the others are empty, and the record cannot be amended.
        """
        if fields is None:
            return self._page([id], kind, access)[0]
        return opened_in_part(kind, self._handle.read_fields(id, kind.KIND, list(fields), access._native()))

    @translated
    def read_revision(self, kind: type[_R], id: str, number: int, access: Access) -> Opened[_R]:
        """Reads an earlier revision of a record, by its number in ``history``."""
        return opened(kind, self._handle.read_revision(id, kind.KIND, number, access._native()))

    @translated
    def read_any(self, id: str, access: Access) -> Opened[Record]:
        """Reads a record of any kind."""
        from . import records

        page = Page(ask_page(self._handle, question(None, [id], access)), records.KINDS.__getitem__)
        return page[0]

    @translated
    def read_many(self, kind: type[_R], ids: Sequence[str], access: Access) -> Page[_R]:
        """Reads many records of one kind in one transaction, each with its own entry in the log: all or none.

        They cross as one buffer; each is opened when it is looked at.
        """
        return self._page(ids, kind, access)

    @translated
    def cases(self, access: Access) -> list[str]:
        """The cases of the vault. Logged as a query."""
        return list(self._handle.cases(access._native()))

    @translated
    def records_of(self, id: str, access: Access) -> Listing:
        """The records that share the scope of ``id`` (a case or the unit), itself included. Logged as a query."""
        return Listing(self._handle.list_page(id, access._native()))

    @translated
    def info(self, id: str) -> RecordInfo:
        """What kind of record this is and where it stands."""
        return plain(RecordInfo, self._handle.info(id))

    @translated
    def history(self, id: str, access: Access) -> list[RevisionInfo]:
        """All revisions of a record, newest first: numbers and authors. Logged as a query."""
        return [plain(RevisionInfo, revision) for revision in self._handle.history(id, access._native())]

    @translated
    def check(self) -> CheckReport:
        """Checks every page, row, signature and hash; raises :class:`~saferoom.IntegrityError` at what does not fit."""
        return plain(CheckReport, self._handle.check())

    @translated
    def checkpoint(self) -> str:
        """A signed checkpoint of the log as it is now: keep it outside the device, and a later rollback shows."""
        return str(self._handle.checkpoint())

    @translated
    def witness_request(self, old: int = 0) -> str:
        """What a witness asks for that has seen the log with ``old`` entries: a checkpoint, and the proof that it grew."""
        return str(self._handle.witness_request(old))

    @translated
    def log_key(self) -> str:
        """The public key that verifies this log's checkpoints, for the auditor to pin."""
        return str(self._handle.log_key())

    @translated
    def log_size(self) -> int:
        """How many entries the log has."""
        return int(self._handle.log_size())

    def _page(self, ids: Sequence[str], kind: type[_R], access: Access) -> Page[_R]:
        return Page(ask_page(self._handle, question(kind.KIND, ids, access)), kind)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lock()

    def __repr__(self) -> str:
        return "Session(redacted)"
