"""What the tests share. All persons are invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from saferoom import Access, Identity, Session, Vault

ORIGIN = "test.example.org/audit/1"


@pytest.fixture
def access() -> Access:
    return Access("forensic-interview")


@pytest.fixture
def identity() -> Identity:
    return Identity.generate()


@pytest.fixture
def vault(tmp_path: Path, identity: Identity) -> Vault:
    return Vault.create(tmp_path / "test.saferoom", tmp_path / "keys", identity, ORIGIN, "Unit of the tests")


@pytest.fixture
def session(vault: Vault, identity: Identity) -> Iterator[Session]:
    with vault.sign_in(identity) as session:
        yield session
