"""Vaults, identities and sessions."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Generic, TypeVar

from . import members, records
from ._bridge import native
from .access_policy import AccessPolicy
from .errors import translated
from .key_store import KeyStore, to_native
from .members import CaseMember, Change, Compartment, Enacted, Member, Proposal, PublicIdentity, Sensitivity
from .search import SearchResult, criteria, result
from .values import Record, from_fields, to_fields

_R = TypeVar("_R", bound=Record)
Path = str | os.PathLike[str]


@dataclasses.dataclass(frozen=True, repr=False)
class Access:
    """Why something is read or written: the code of the purpose, and the reason in words where there is one.

    Codes are local (``forensic-interview``) or of HL7 (``HQUALIMP``); ``BTG`` needs a reason. A wrong code is refused
    when it is used, and the attempt logged.
    """

    purpose: str
    reason: str | None = None

    def __repr__(self) -> str:
        return "Access(redacted)"

    def _native(self) -> Any:
        return native.AccessInput(purpose=self.purpose, reason=self.reason)


@dataclasses.dataclass(frozen=True)
class VaultInfo:
    """What can be said of a vault without a key."""

    vault: str
    device: str
    format: int
    records: int
    log_entries: int
    of_this_device: bool


@dataclasses.dataclass(frozen=True)
class Revision:
    """Which revision of which record a write made."""

    record: str
    number: int


@dataclasses.dataclass(frozen=True)
class RevisionInfo:
    """One revision in a record's history."""

    number: int
    author: str


@dataclasses.dataclass(frozen=True)
class RecordInfo:
    """What a list shows: ids and structure, no value. ``kind`` is ``None`` if this release does not know it."""

    id: str
    kind: str | None
    parent: str | None


@dataclasses.dataclass(frozen=True)
class CheckReport:
    """What a check went through."""

    records: int
    revisions: int
    commits: int
    keys: int
    tokens: int
    sessions: int
    log_entries: int
    entries_opened: int
    writes_logged: int


@dataclasses.dataclass(frozen=True)
class Exported:
    """An export that is there: the file of lines, which is plaintext, and its signed manifest."""

    lines_file: str
    manifest_file: str
    #: What the manifest says, as it is written in docs/formats.md.
    manifest: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class ImportProblem:
    """What is wrong with a line of a file; never a value of it."""

    line: int
    kind: str | None
    field: str | None
    rule: str
    text: str


@dataclasses.dataclass(frozen=True)
class Imported:
    """What became of the lines of a file."""

    lines: int
    rejected: int
    written: int
    #: The first thousand problems.
    problems: tuple[ImportProblem, ...]
    problem_count: int
    #: The ids of the file and the ids that the records got.
    ids: dict[str, str]


@dataclasses.dataclass(frozen=True, repr=False)
class Opened(Generic[_R]):
    """A record that was opened, with what is known about the revision."""

    #: The record's id.
    id: str
    #: The record it belongs to, if it belongs to one.
    parent: str | None
    #: Number of the revision, from 1.
    revision: int
    #: Pseudonym of the member who wrote it, by the signature.
    author: str
    #: The compartments that this member cannot open; their fields are empty in ``record``.
    withheld: tuple[str, ...]
    #: The values.
    record: _R

    def __repr__(self) -> str:
        return f"Opened({self.id}, revision {self.revision}, {self.record!r})"


class Identity:
    """A member's identity: the keys that sign in. Leaving its ``with`` block, or ``forget()``, wipes them."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``generate``, ``create_file`` or ``open_file``."""
        self._handle = handle

    @classmethod
    @translated
    def generate(cls) -> Identity:
        """A fresh identity that is kept nowhere."""
        return cls(native.Identity.generate())

    @classmethod
    @translated
    def generate_for(cls, member_id: str) -> Identity:
        """A fresh identity for a member who has one already: for another device, which can be revoked alone."""
        return cls(native.Identity.generate_for(member_id))

    @classmethod
    @translated
    def create_file(
        cls,
        path: Path,
        passphrase: bytes | bytearray,
        key_store: KeyStore | Path | None = None,
        *,
        member_id: str | None = None,
    ) -> Identity:
        """A fresh identity in a new file, under a passphrase of at least 8 characters; an existing file stays.

        With ``key_store``, this device is needed too. With ``member_id``, it is for another device of that member. The
        passphrase is UTF-8, best in NFC.
        """
        store = None if key_store is None else to_native(key_store)
        return cls(native.Identity.create_file(os.fspath(path), _bytes(passphrase), store, member_id))

    @classmethod
    @translated
    def open_file(cls, path: Path, passphrase: bytes | bytearray, key_store: KeyStore | Path | None = None) -> Identity:
        """The identity of a file; :class:`~saferoom.WrongPassphrase` if it does not unlock."""
        store = None if key_store is None else to_native(key_store)
        return cls(native.Identity.open_file(os.fspath(path), _bytes(passphrase), store))

    @property
    def member_id(self) -> str:
        """The member's pseudonym."""
        return str(self._native().member_id())

    @property
    def fingerprint(self) -> str:
        """What a custodian compares with what they see, before they enrol these keys."""
        return str(self._native().fingerprint())

    def enrolment_file(self) -> bytes:
        """The bytes of an enrolment file: for a custodian of the vault, and for nobody else to keep."""
        return bytes(self._native().enrolment_file())

    def public(self) -> PublicIdentity:
        """The public keys, where the new member and the custodian use the same program."""
        return PublicIdentity.from_enrolment_file(self.enrolment_file())

    def forget(self) -> None:
        """Wipes the keys. The object is of no use then."""
        self._handle = None

    def __enter__(self) -> Identity:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.forget()

    def __repr__(self) -> str:
        return "Identity(redacted)"

    def _native(self) -> Any:
        if self._handle is None:
            raise ValueError("this identity was forgotten; open it again")
        return self._handle


class Vault:
    """A vault file, open but locked. Leaving its ``with`` block locks every session that it gave."""

    def __init__(self, handle: Any) -> None:
        """Not for callers: use ``create`` or ``open``."""
        self._handle = handle
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()

    @classmethod
    @translated
    def create(cls, path: Path, key_store: KeyStore | Path, identity: Identity, origin: str, unit_name: str) -> Vault:
        """Founds a vault in a new file: ``identity`` becomes its first member and custodian.

        ``key_store`` is an object of the host, or the folder of a :class:`~saferoom.FileKeyStore`. ``origin`` names the
        device's log for auditors: a host name and a path, such as ``police.example.org/audit/1``.
        """
        store = to_native(key_store)
        return cls(native.Vault.create(os.fspath(path), store, identity._native(), origin, unit_name))

    @classmethod
    @translated
    def open(cls, path: Path, key_store: KeyStore | Path) -> Vault:
        """Opens an existing vault. Nothing in it can be read before ``sign_in``."""
        return cls(native.Vault.open(os.fspath(path), to_native(key_store)))

    @translated
    def info(self) -> VaultInfo:
        """What can be said of the vault without a key."""
        return plain(VaultInfo, self._handle.info())

    @translated
    def sign_in(self, identity: Identity) -> Session:
        """Signs a member in. Logged.

        Raises :class:`~saferoom.IntegrityError` if the file was changed or rolled back.
        """
        session = Session(self._handle.sign_in(identity._native()))
        self._sessions.add(session)
        return session

    @translated
    def sign_in_with_file(
        self, path: Path, passphrase: bytes | bytearray, key_store: KeyStore | Path | None = None
    ) -> Session:
        """Unlocks an identity file and signs its member in. With ``key_store``, the device is needed to unlock the file.

        Raises :class:`~saferoom.WrongPassphrase`, which is counted and logged, and :class:`~saferoom.TooManyAttempts`,
        whose ``wait_seconds`` says when the next attempt is possible.
        """
        store = None if key_store is None else to_native(key_store)
        session = Session(self._handle.sign_in_with_file(os.fspath(path), _bytes(passphrase), store))
        self._sessions.add(session)
        return session

    @translated
    def set_idle_timeout(self, seconds: int) -> None:
        """After so many seconds without a call, sessions of this vault lock themselves: 1 to 43,200; 300 at first."""
        self._handle.set_idle_timeout(max(0, seconds))

    @translated
    def panic_wipe(self, identity_path: Path, *, device: bool = False) -> int:
        """As :func:`saferoom.panic_wipe`, with the key store of this vault.

        With ``device``, the log key of this device goes as well: a custodian has to restore the vault, or to adopt it.
        """
        return int(self._handle.panic_wipe(os.fspath(identity_path), device))

    def lock(self) -> None:
        """Locks every session that this object gave."""
        for session in list(self._sessions):
            session.lock()

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lock()

    def __repr__(self) -> str:
        return "Vault(..)"


class Session:
    """A member at work in a vault. Leaving its ``with`` block, or ``lock()``, wipes its keys.

    Calls may come from several threads; they are served one after the other.
    """

    def __init__(self, handle: Any) -> None:
        """Not for callers: use :meth:`Vault.sign_in`."""
        self._handle = handle

    @property
    def unit(self) -> str:
        """The record of the member's unit: cases, stations and officers stand below it."""
        return str(self._handle.unit())

    @property
    def member_id(self) -> str:
        """Pseudonym of the member who is signed in."""
        return str(self._handle.member_id())

    @property
    def is_locked(self) -> bool:
        """Whether the session was locked."""
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
    def amend(self, id: str, record: Record, access: Access) -> Revision:
        """Gives a record a new revision with exactly these values; the old one stays, sealed."""
        return plain(Revision, self._handle.amend(id, record.KIND, to_fields(record), access._native()))

    @translated
    def read(self, kind: type[_R], id: str, access: Access) -> Opened[_R]:
        """Reads a record of this kind. The entry in the log is durable before anything opens."""
        return opened(kind, self._handle.read(id, kind.KIND, access._native()))

    @translated
    def read_any(self, id: str, access: Access) -> Opened[Record]:
        """Reads a record of any kind."""
        found = self._handle.read(id, None, access._native())
        return opened(records.KINDS[found.kind()], found)

    @translated
    def read_many(self, kind: type[_R], ids: Sequence[str], access: Access) -> list[Opened[_R]]:
        """Reads many records of one kind in one transaction, each with its own entry in the log: all or none."""
        return [opened(kind, found) for found in self._handle.read_many(list(ids), kind.KIND, access._native())]

    @translated
    def cases(self, access: Access) -> list[str]:
        """The cases of the vault. Logged as a query."""
        return list(self._handle.cases(access._native()))

    @translated
    def records_of(self, id: str, access: Access) -> list[RecordInfo]:
        """The records that share the scope of ``id`` (a case or the unit), itself included. Logged as a query."""
        return [plain(RecordInfo, found) for found in self._handle.records_of(id, access._native())]

    @translated
    def info(self, id: str) -> RecordInfo:
        """What kind of record this is and where it stands."""
        return plain(RecordInfo, self._handle.info(id))

    @translated
    def history(self, id: str, access: Access) -> list[RevisionInfo]:
        """All revisions of a record, newest first: numbers and authors. Logged as a query."""
        return [plain(RevisionInfo, revision) for revision in self._handle.history(id, access._native())]

    @translated
    def add_form(self, toml: str, custodian: Identity, access: Access) -> None:
        """Adds the extra fields of a form document to this vault; ``custodian`` signs it. Logged."""
        self._handle.add_form(toml, custodian._native(), access._native())

    @translated
    def forms(self) -> list[dict[str, Any]]:
        """The form documents of this vault, oldest first."""
        return [json.loads(form) for form in self._handle.forms()]

    @translated
    def form(self, kind: str, language: str = "en") -> dict[str, Any]:
        """As :func:`saferoom.form`, with the extra fields of this vault."""
        described: dict[str, Any] = json.loads(self._handle.form(kind, language))
        return described

    @translated
    def search(
        self,
        kind: type[Record],
        access: Access,
        *,
        name: str | None = None,
        phone: str | None = None,
        born: str | None = None,
        place: str | None = None,
        number: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> SearchResult:
        """Finds records of one kind that meet all that is given, in whatever spelling. Logged before it answers.

        ``name`` is looked for in all fields with names, ``number`` in those with register numbers and the like,
        ``fields`` in one field each. A very common name, a month, a year, a district only narrow down.
        """
        asked = criteria(name, phone, born, place, number, fields)
        return result(self._handle.search(kind.KIND, asked, access._native()))

    @translated
    def search_across_units(
        self,
        kind: type[Record],
        access: Access,
        *,
        name: str | None = None,
        phone: str | None = None,
        born: str | None = None,
        place: str | None = None,
        number: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> SearchResult:
        """Asks all units whose search keys the member holds; answers only which to ask. 20 times an hour, logged."""
        asked = criteria(name, phone, born, place, number, fields)
        return result(self._handle.search_across_units(kind.KIND, asked, access._native()))

    @translated
    def rebuild_search_index(self, access: Access) -> int:
        """Makes the search index anew, in one transaction; returns how many records are in it."""
        return int(self._handle.rebuild_search_index(access._native()))

    @translated
    def export_file(
        self,
        path: Path,
        access: Access,
        *,
        cases: Sequence[str] | None = None,
        history: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Exported:
        """Writes records as JSON Lines to a new file: plaintext, for its owner only, a signed manifest beside it.

        A disclosure: each record read is logged, and so is the export; ``access`` needs a reason. Everything, or
        ``cases`` with all that belongs to them; with ``history`` every revision. ``progress`` hears how many lines are
        written, and must not call the session.
        """
        chosen = None if cases is None else list(cases)
        told = _progress(progress)
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
        progress: Callable[[int], None] | None = None,
    ) -> Imported:
        """Brings in the records of a file of JSON Lines, in one transaction: all, or with ``partial`` the good ones.

        If a line is wrong, nothing is written, and ``problems`` says what is. With ``dry_run`` nothing is written anyway.
        """
        done = self._handle.import_file(os.fspath(path), partial, dry_run, access._native(), _progress(progress))
        problems = tuple(plain(ImportProblem, problem) for problem in done.problems)
        return Imported(done.lines, done.rejected, done.written, problems, done.problem_count, dict(done.ids))

    @translated
    def members(self) -> list[Member]:
        """All members, active or not."""
        return [members.member(found) for found in self._handle.members()]

    @translated
    def access_policy(self) -> AccessPolicy:
        """The access policy in force."""
        return AccessPolicy(self._handle.access_policy())

    @translated
    def propose(self, change: Change) -> Proposal:
        """A change of the roster as it is now, to be signed by as many as ``signatures_needed`` says."""
        return Proposal(self._handle.propose(change._handle))

    @translated
    def signatures_needed(self, proposal: Proposal) -> int:
        """How many custodians have to sign a proposal."""
        return int(self._handle.signatures_needed(proposal._handle))

    @translated
    def enact(self, proposal: Proposal, access: Access, *signers: Identity) -> Enacted:
        """Puts a proposal in force. Circles that lose a holder by it move on in the same act, signed by ``signers``.

        Raises :class:`~saferoom.RosterError` if signatures are missing or it is outdated; logged.
        """
        return members.enacted(self._handle.enact(proposal._handle, signers_of(signers), access._native()))

    @translated
    def change_members(self, change: Change, access: Access, *signers: Identity) -> Enacted:
        """Proposes a change, lets all ``signers`` sign it, and enacts it: where all custodians who have to sign are here."""
        return members.enacted(self._handle.change_members(change._handle, signers_of(signers), access._native()))

    def enrol(
        self, identity: PublicIdentity, role: str, access: Access, *signers: Identity, unit: str | None = None
    ) -> Enacted:
        """Makes somebody a member, in a role such as ``interviewer``, and in this member's unit or in ``unit``.

        Compare the fingerprint with the one that they see before you call this.
        """
        return self.change_members(Change.enrol(identity, role, unit or self.unit), access, *signers)

    def change_role(
        self, member: str, role: str, access: Access, *signers: Identity, unit: str | None = None
    ) -> Enacted:
        """Gives a member another role, in the unit in which they work or in ``unit``."""
        now = next((listed.unit for listed in self.members() if listed.id == member), self.unit)
        return self.change_members(Change.role(member, role, unit or now), access, *signers)

    def suspend(self, member: str, access: Access, *signers: Identity) -> Enacted:
        """Suspends a member at once; what is written from now on cannot be opened with what they know."""
        return self.change_members(Change.suspend(member), access, *signers)

    def resume(self, member: str, access: Access, *signers: Identity) -> Enacted:
        """Lets a suspended member work again."""
        return self.change_members(Change.resume(member), access, *signers)

    def retire(self, member: str, access: Access, *signers: Identity) -> Enacted:
        """Lets a member go for good."""
        return self.change_members(Change.retire(member), access, *signers)

    def add_device(self, identity: PublicIdentity, access: Access, *signers: Identity) -> Enacted:
        """Adds another device of a member."""
        return self.change_members(Change.add_device(identity), access, *signers)

    def revoke_device(self, member: str, key: str, access: Access, *signers: Identity) -> Enacted:
        """Revokes one device of a member: it was lost, or is not used any more. ``key`` is that of ``Member.devices``."""
        return self.change_members(Change.revoke_device(member, key), access, *signers)

    @translated
    def add_unit(self, unit: records.Unit, access: Access, *signers: Identity) -> str:
        """Adds another unit to the vault, and answers its record. Who adds it cannot read what it keeps."""
        return str(self._handle.add_unit(to_fields(unit), signers_of(signers), access._native()))

    @translated
    def assign(self, case: str, member: str, access: Access) -> None:
        """Assigns a case to a member, in the compartments that their role reaches in assigned cases."""
        self._handle.assign(case, member, access._native())

    @translated
    def unassign(self, case: str, member: str, access: Access) -> None:
        """Takes a case from a member: what is written from now on is not for them."""
        self._handle.unassign(case, member, access._native())

    @translated
    def share(
        self,
        case: str,
        member: str,
        compartments: Iterable[Compartment],
        access: Access,
        *,
        until: datetime.datetime | None = None,
    ) -> None:
        """Shares compartments of a case with a member, until a moment or for good. Who shares has to reach them.

        Beyond the role of the recipient it counts once a second person has agreed: ``approve_share``.
        """
        asked = members.native_compartments(compartments)
        self._handle.share(case, member, asked, members.native_moment(until), access._native())

    @translated
    def approve_share(self, case: str, entry: int, access: Access) -> None:
        """Agrees to a share of somebody else that goes beyond the role of its recipient; see ``CaseMember.entry``."""
        self._handle.approve_share(case, entry, access._native())

    @translated
    def set_sensitivity(self, case: str, sensitivity: Sensitivity, access: Access) -> None:
        """Says how closely a case is held, from its next write on."""
        self._handle.set_sensitivity(case, native.Sensitivity[Sensitivity(sensitivity).name], access._native())

    @translated
    def case_members(self, case: str, access: Access) -> list[CaseMember]:
        """Who works on a case, and with whom what of it is shared. Logged as a query."""
        return [members.case_member(found) for found in self._handle.case_members(case, access._native())]

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

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lock()

    def __repr__(self) -> str:
        return "Session(redacted)"


@translated
def panic_wipe(identity_path: Path, key_store: KeyStore | Path) -> int:
    """Wipes an identity from this device, without a passphrase; tells how many sessions of this process it has locked.

    Forgets what the key store has for the identity, overwrites its file and removes it. Flash memory, snapshots and
    backups may keep old bytes. Identities that are open in this program are yours to ``forget``.
    """
    return int(native.panic_wipe(os.fspath(identity_path), to_native(key_store)))


@translated
def catalogue() -> list[dict[str, Any]]:
    """Every field of every kind of record: its number, type, compartment, class, code list and label."""
    entries: list[dict[str, Any]] = json.loads(native.catalogue_json())
    return entries


@translated
def library_version() -> str:
    """The version of the native library."""
    return str(native.library_version())


class _Progress(native.ExchangeProgress):  # type: ignore[misc]
    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell

    def at(self, done: int) -> None:
        self._tell(done)


def _progress(tell: Callable[[int], None] | None) -> _Progress | None:
    return None if tell is None else _Progress(tell)


_D = TypeVar("_D")


def plain(kind: type[_D], given: Any) -> _D:
    """A dataclass out of the native library's record of the same names."""
    names = (field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]
    return kind(**{name: getattr(given, name) for name in names})


def opened(kind: type[_R], found: Any) -> Opened[_R]:
    """A record that was opened, out of the native library's."""
    return Opened(
        id=found.id(),
        parent=found.parent(),
        revision=found.revision(),
        author=found.author(),
        withheld=tuple(found.withheld()),
        record=from_fields(kind, found.fields()),
    )


def signers_of(signers: Iterable[Identity]) -> list[Any]:
    """Identities as the native library wants them."""
    return [signer._native() for signer in signers]


def _bytes(passphrase: bytes | bytearray) -> bytes:
    if not isinstance(passphrase, (bytes, bytearray)):
        raise TypeError("a passphrase is bytes or a bytearray, which can be overwritten after use; never a str")
    return bytes(passphrase)
