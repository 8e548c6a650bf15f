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

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import (
        audit,
        authorise,
        backup,
        bundle,
        consent,
        custody,
        emergency,
        erasure,
        extract,
        handover,
        indicators,
        interview,
        leaving,
        log,
        monitoring,
        packet,
        recovery,
        referral,
        releases,
        statement,
        subject,
        terms,
    )
    from ._form import explain_rule, form
    from .access_policy import AccessPolicy, PolicyChange, PolicyRole, access_words
    from .clock import Clock, ClockReading
    from .errors import (
        AccessDenied,
        ClockFailed,
        CustodyError,
        ErasureError,
        ExchangeError,
        HostKeyInvalidated,
        InputError,
        IntegrityError,
        InternalError,
        KeyStoreFailed,
        KeyringError,
        LimitReached,
        LogError,
        ModelError,
        NotFound,
        PacketError,
        PolicyError,
        PracticeError,
        ReasonAsked,
        ReferralError,
        ReleaseError,
        RoomsError,
        RosterError,
        SaferoomError,
        SealError,
        SessionIdle,
        SessionLocked,
        StatementError,
        StoreError,
        Suspended,
        TooManyAttempts,
        VaultError,
        Wiped,
        WrongPassphrase,
    )
    from .exchange import Exported, ImportProblem, Imported
    from .extract import Extract, UnverifiedExtractWarning, read_extract
    from .identity import Identity
    from .key_store import FileKeyStore, KeyStore, KeyStoreUnavailable
    from .keyring_store import KeyringKeyStore
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
    from .results import Access, CheckReport, Opened, RecordInfo, Revision, RevisionInfo, VaultInfo
    from .search import FoundRecord, SearchResult
    from .session import Session
    from .values import PartialDate
    from .vault import Vault, catalogue, library_version, panic_wipe, shutdown

__all__ = [
    "Access",
    "AccessDenied",
    "AccessPolicy",
    "CaseMember",
    "Change",
    "CheckReport",
    "Clock",
    "ClockFailed",
    "ClockReading",
    "Compartment",
    "CustodyError",
    "Enacted",
    "ErasureError",
    "ExchangeError",
    "Exported",
    "Extract",
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
    "KeyringKeyStore",
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
    "ReferralError",
    "ReleaseError",
    "RoomsError",
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
    "StatementError",
    "StoreError",
    "Suspended",
    "TooManyAttempts",
    "UnverifiedExtractWarning",
    "Vault",
    "VaultError",
    "VaultInfo",
    "Wiped",
    "WrongPassphrase",
    "access_words",
    "audit",
    "authorise",
    "backup",
    "bundle",
    "catalogue",
    "code_lists",
    "consent",
    "custody",
    "emergency",
    "erasure",
    "explain_rule",
    "extract",
    "form",
    "handover",
    "indicators",
    "interview",
    "leaving",
    "library_version",
    "log",
    "monitoring",
    "overlay_code_lists",
    "packet",
    "panic_wipe",
    "read_extract",
    "recovery",
    "referral",
    "releases",
    "shutdown",
    "statement",
    "subject",
    "terms",
    "use_gazetteer",
]

#: Which module has which names. A module is loaded when one of its names, or itself, is first asked for.
_NAMES = {
    "_form": "explain_rule form",
    "access_policy": "AccessPolicy PolicyChange PolicyRole access_words",
    "clock": "Clock ClockReading",
    "errors": (
        "AccessDenied ClockFailed CustodyError ErasureError ExchangeError HostKeyInvalidated InputError "
        "IntegrityError InternalError KeyringError KeyStoreFailed LimitReached LogError ModelError NotFound "
        "PacketError PolicyError PracticeError ReasonAsked ReferralError ReleaseError RoomsError RosterError "
        "SaferoomError SealError SessionIdle SessionLocked StatementError StoreError Suspended "
        "TooManyAttempts VaultError Wiped WrongPassphrase"
    ),
    "exchange": "Exported ImportProblem Imported",
    "extract": "Extract UnverifiedExtractWarning read_extract",
    "identity": "Identity",
    "key_store": "FileKeyStore KeyStore KeyStoreUnavailable",
    "keyring_store": "KeyringKeyStore",
    "lists": "code_lists overlay_code_lists use_gazetteer",
    "members": (
        "CaseMember Change Compartment Enacted Member MemberDevice Proposal ProposedChange PublicIdentity "
        "Sensitivity Standing"
    ),
    "results": "Access CheckReport Opened RecordInfo Revision RevisionInfo VaultInfo",
    "search": "FoundRecord SearchResult",
    "session": "Session",
    "values": "PartialDate",
    "vault": "Vault catalogue library_version panic_wipe shutdown",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        home = _HOMES.get(name, name)
        if home.startswith("_") and home == name:
            raise AttributeError(f"module 'saferoom' has no attribute {name!r}")
        try:
            found = _import_module(f".{home}", __name__)
        except ModuleNotFoundError as missing:
            if missing.name != f"{__name__}.{home}":
                raise
            raise AttributeError(f"module 'saferoom' has no attribute {name!r}") from None
        value = globals()[name] = getattr(found, name) if name in _HOMES else found
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
