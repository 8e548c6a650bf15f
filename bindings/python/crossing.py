"""The Python side of vaults that cross between languages: the commands of ``bindings/examples/crossing.rs``.

``crossing.py found FOLDER NAME`` prints the ids of a case and a child; ``take|see|erase|gone FOLDER CASE CHILD NAME``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from saferoom import Access, Identity, SaferoomError, Session, Vault, bundle, erasure
from saferoom.records import Case, Child

PASSPHRASE = b"crossing the river"
ACCESS = Access("forensic-interview")
ORDERED = Access("record-management", "ordered by the court of the tests")


def found(folder: Path, name: str) -> None:
    """A vault with a case that says who founded it, and a child."""
    identity = Identity.create_file(folder / "member.identity", PASSPHRASE)
    vault = Vault.create(folder / "vault.saferoom", folder / "keys", identity, "test.example.org/crossing", "Unit")
    with vault.sign_in(identity) as session:
        case = session.create(Case(register_number=f"of {name}"), ACCESS, parent=session.unit).record
        child = session.create(Child(sex="female", role="victim"), ACCESS, parent=case).record
    print(f"{case}\n{child}")


def take(folder: Path, session: Session, case: str, child: str, name: str) -> None:
    """Reads what another language wrote, adds to it, checks the file, and audits its log."""
    assert session.read(Case, case, ACCESS).record.register_number == f"of {name}"
    record = session.read(Child, child, ACCESS).record
    record.nickname = "from Python"
    session.amend(child, record, ACCESS)
    session.check()
    bundle.export(session, folder / "bundle-python", ACCESS)
    verified = bundle.verify(folder / "bundle-python", bundle.trust_policy(session).encode())
    assert not [verdict for verdict in verified.verdicts if verdict.answer is bundle.Answer.FAILED], verified


def erase(session: Session, identity: Identity, case: str) -> None:
    proposal = erasure.propose(session, [case], erasure.ORDER, ORDERED)
    assert erasure.erase(session, proposal.signed_by(identity), ORDERED).cases == 1


def gone(session: Session, child: str) -> None:
    """Whether the child is told as erased."""
    try:
        session.read(Child, child, ACCESS)
    except SaferoomError as error:
        assert error.code == 740, error
    else:
        raise AssertionError("it opens")


def main(command: str, folder: Path, *rest: str) -> None:
    if command == "found":
        return found(folder, *rest)
    case, child, name = rest
    identity = Identity.open_file(folder / "member.identity", PASSPHRASE)
    with Vault.open(folder / "vault.saferoom", folder / "keys").sign_in(identity) as session:
        if command == "take":
            take(folder, session, case, child, name)
        elif command == "see":
            assert session.read(Child, child, ACCESS).record.nickname == f"from {name}"
        elif command == "erase":
            erase(session, identity, case)
        elif command == "gone":
            gone(session, child)
        else:
            raise SystemExit(f"no such command: {command}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
