"""Sealed case and interview records for child-friendly interview rooms.

Every read and write states its purpose, and is logged durably before anything opens::

    from saferoom import Access, Identity, Vault
    from saferoom.records import Case, Child

    with Identity.open_file("member.identity", passphrase) as identity:
        vault = Vault.open("station.saferoom", key_store="keys")
        with vault.sign_in(identity) as session:
            access = Access("forensic-interview")
            case = session.create(Case(), access, parent=session.unit)
            child = session.create(Child(sex="female", role="victim"), access, parent=case.record)
            print(session.read(Child, child.record, access).record.sex)
    # Leaving the session has wiped its keys.

No object of this package shows a value in its ``repr``. Python itself cannot wipe a ``str`` or ``bytes``: keep what you
read for as short as you can, and leave the session.
"""

from . import backup, bundle, emergency, erasure, leaving, log, packet, recovery, subject
from .access_policy import AccessPolicy, PolicyChange, PolicyRole, access_words
from .errors import (
    AccessDenied,
    CustodyError,
    ErasureError,
    ExchangeError,
    HostKeyInvalidated,
    InputError,
    IntegrityError,
    InternalError,
    KeyringError,
    KeyStoreFailed,
    LimitReached,
    LogError,
    ModelError,
    NotFound,
    PacketError,
    PolicyError,
    PracticeError,
    ReasonAsked,
    ReleaseError,
    RosterError,
    SaferoomError,
    SealError,
    SessionIdle,
    SessionLocked,
    StoreError,
    Suspended,
    TooManyAttempts,
    VaultError,
    WrongPassphrase,
)
from .form import explain_rule, form
from .key_store import FileKeyStore, KeyStore, KeyStoreUnavailable
from .lists import code_lists, overlay_code_lists, use_gazetteer
from .members import (
    CaseMember,
    Change,
    Compartment,
    Enacted,
    Member,
    MemberDevice,
    Proposal,
    ProposedChange,
    PublicIdentity,
    Sensitivity,
    Standing,
)
from .search import FoundRecord, SearchResult
from .values import PartialDate
from .vault import (
    Access,
    CheckReport,
    Exported,
    Identity,
    Imported,
    ImportProblem,
    Opened,
    RecordInfo,
    Revision,
    RevisionInfo,
    Session,
    Vault,
    VaultInfo,
    catalogue,
    library_version,
    panic_wipe,
)

__all__ = [
    "Access",
    "AccessDenied",
    "AccessPolicy",
    "CaseMember",
    "Change",
    "CheckReport",
    "Compartment",
    "CustodyError",
    "Enacted",
    "ErasureError",
    "ExchangeError",
    "Exported",
    "FileKeyStore",
    "FoundRecord",
    "HostKeyInvalidated",
    "Identity",
    "ImportProblem",
    "Imported",
    "InputError",
    "IntegrityError",
    "InternalError",
    "KeyStore",
    "KeyStoreFailed",
    "KeyStoreUnavailable",
    "KeyringError",
    "LimitReached",
    "LogError",
    "Member",
    "MemberDevice",
    "ModelError",
    "NotFound",
    "Opened",
    "PacketError",
    "PartialDate",
    "PolicyChange",
    "PolicyError",
    "PolicyRole",
    "PracticeError",
    "Proposal",
    "ProposedChange",
    "PublicIdentity",
    "ReasonAsked",
    "RecordInfo",
    "ReleaseError",
    "Revision",
    "RevisionInfo",
    "RosterError",
    "SaferoomError",
    "SealError",
    "SearchResult",
    "Sensitivity",
    "Session",
    "SessionIdle",
    "SessionLocked",
    "Standing",
    "Suspended",
    "StoreError",
    "TooManyAttempts",
    "Vault",
    "VaultError",
    "VaultInfo",
    "WrongPassphrase",
    "access_words",
    "backup",
    "bundle",
    "catalogue",
    "code_lists",
    "emergency",
    "erasure",
    "explain_rule",
    "form",
    "leaving",
    "library_version",
    "log",
    "overlay_code_lists",
    "packet",
    "panic_wipe",
    "recovery",
    "subject",
    "use_gazetteer",
]
