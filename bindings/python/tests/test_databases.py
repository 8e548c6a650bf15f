"""What earlier releases have written stays readable (`tests/databases`). All persons are invented."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from saferoom import Access, Identity, PartialDate, Vault, bundle, handover, packet, read_extract
from saferoom.records import Case, Child, Statement

RELEASES = sorted(path for path in (Path(__file__).parents[3] / "tests/databases").iterdir() if path.is_dir())
assert RELEASES
ACCESS = Access("forensic-interview", "a fixture is read")


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy that may be written: a sign-in is an entry."""
    return Path(shutil.copytree(request.param, tmp_path / "fixture"))


def contents(folder: Path) -> dict[str, Any]:
    listed: dict[str, Any] = json.loads((folder / "contents.json").read_text("utf-8"))
    return listed


def test_vault_and_packet_open(folder: Path) -> None:
    listed = contents(folder)
    identity = Identity.open_file(folder / "founder.identity", listed["passphrase"].encode())
    with Vault.open(folder / "vault.saferoom", folder / "keys").sign_in(identity) as session:
        case = session.read(Case, listed["case"], ACCESS).record
        assert case.register_number == "2026/17" and case.summary
        child = session.read(Child, listed["child"], ACCESS)
        assert (child.record.given_name, child.parent) == ("សុខា", listed["case"])
        assert child.record.date_of_birth == PartialDate(2014, 5, estimated=True)
        assert session.read(Statement, listed["statement"], ACCESS).revision == 2
        session.check()

        known = packet.KnownSenders()
        known.pin((folder / "sender.address").read_bytes())
        receiver = packet.Correspondent.of_identity(identity)
        taken = handover.take_in(session, folder / "case.packet", receiver, known, ACCESS)
        arrived = session.read(Child, taken.records[listed["packet"]["child"]], ACCESS)
        assert arrived.record.given_name == "ដារា"


def test_bundle_and_extract_open(folder: Path) -> None:
    listed = contents(folder)
    kept, policy = (folder / "kept-checkpoint").read_bytes(), (folder / "trust-policy").read_bytes()
    found = bundle.verify(folder / "bundle", policy, kept=[kept], now=listed["now"])
    assert found.accepted, found
    opened = read_extract(folder / "extract", [listed["extract_key"]])
    assert opened.to_arrow().num_rows == opened.manifest["rows"]["released"]
