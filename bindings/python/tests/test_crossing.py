"""What Python writes, Rust reads; what Rust writes, Python reads."""

from __future__ import annotations

import datetime
import os
import subprocess
from pathlib import Path

from saferoom import Access, Identity, PartialDate, Vault
from saferoom.records import Case, Child

ROOT = Path(__file__).parents[3]
PASSPHRASE = b"crossing the river"
ACCESS = Access("forensic-interview")


def crossing(*arguments: str | Path) -> list[str]:
    """Runs bindings/examples/crossing.rs, built with what the wheel was built from."""
    command = [os.environ.get("CARGO", "cargo"), "run", "--quiet", "--release", "--locked", "-p", "saferoom-ffi"]
    command += ["--features", "cli"]  # as the wheel has it: nothing is built twice
    command += ["--example", "crossing", "--", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_python_reads_what_rust_wrote(tmp_path: Path) -> None:
    case, child = crossing("write", tmp_path)
    identity = Identity.open_file(tmp_path / "member.identity", PASSPHRASE)
    with Vault.open(tmp_path / "vault.saferoom", tmp_path / "keys").sign_in(identity) as session:
        assert session.read(Case, case, ACCESS).record == Case(
            register_number="RUST-1",
            reported_at=datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            + datetime.timedelta(milliseconds=1_795_543_567_250),
            registration_year=2026,
            incident_place="120103",
            summary="From Rust: ផ្ទះ\nsecond line",
            legal_hold=True,
            legal_hold_reference="ORDER-7",
            lead_officer=session.unit,
        )
        opened = session.read(Child, child, ACCESS)
        assert opened.parent == case
        assert opened.record == Child(
            given_name="សុខា",
            other_names=["Sokha; the second", "Ka"],
            date_of_birth=PartialDate(2014, 5, estimated=True),
            sex="female",
            role="victim",
        )


def test_rust_reads_what_python_wrote(tmp_path: Path) -> None:
    identity = Identity.create_file(tmp_path / "member.identity", PASSPHRASE)
    vault = Vault.create(
        tmp_path / "vault.saferoom", tmp_path / "keys", identity, "test.example.org/crossing", "Unit of the crossing"
    )
    with vault.sign_in(identity) as session:
        case = session.create(
            Case(
                register_number="PYTHON-1",
                external_references=["one", "two"],
                reported_at=datetime.datetime(2026, 11, 24, 18, 16, 7, 250_000, tzinfo=datetime.timezone.utc),
                registration_year=2026,
                incident_from=PartialDate(2026, 5, estimated=True),
                incident_place="120103",
                summary="ពី Python",
                legal_hold=False,
                lead_officer=session.unit,
            ),
            ACCESS,
            parent=session.unit,
        ).record
        unit = session.unit
    del session, vault
    assert crossing("read", tmp_path, case) == [
        "register_number=PYTHON-1",
        "external_references=one; two",
        "reported_at=2026-11-24T18:16:07.250Z",
        "registration_year=2026",
        "incident_from=2026-05~",
        "incident_place=120103",
        "summary=ពី Python",
        f"lead_officer={unit}",
        "legal_hold=false",
    ]
