"""What the stranger's reader sees is what saferoom shows; what was changed it refuses.

`cargo xtask test --only tour,stranger` runs it on the folder of the tour: SAFEROOM_TOUR names it, SAFEROOM_PROGRAM the program."""

import json
import os
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

import reader

TOUR = Path(os.environ["SAFEROOM_TOUR"])
PASSPHRASE = TOUR / "passphrase.txt"
VKEY = next(line.split()[1] for line in (TOUR / "trust-policy.txt").read_text().splitlines() if line.startswith("log "))
PUBLIC_KEY = (TOUR / "extract.pub").read_text()


def saferoom(*arguments: str) -> object:
    signed_in = ["--vault", str(TOUR / "tour.saferoom"), "--identity", str(TOUR / "founder.identity")]
    signed_in += ["--passphrase-file", str(PASSPHRASE), "--purpose", "investigation"]
    words = [os.environ["SAFEROOM_PROGRAM"], *arguments, "--json"]
    if arguments[0] == "case":
        words += signed_in
    return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)


@pytest.fixture(scope="module")
def identity() -> reader.Identity:
    return reader.Identity(TOUR / "founder.identity", PASSPHRASE.read_bytes().rstrip(b"\n"))


@pytest.fixture(scope="module")
def station(identity: reader.Identity) -> reader.Station:
    return reader.Station(TOUR / "tour.saferoom", identity)


def as_shown(value: object, kind: str) -> object:
    if isinstance(value, list):
        return [as_shown(one, kind) for one in value]
    if kind == "time":
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=value)
        return moment.isoformat().replace("+00:00", "Z")
    return value.hex() if isinstance(value, bytes) else value


def test_every_field_of_some_cases(station: reader.Station) -> None:
    catalogue = {(field["record"], field["name"]): field for field in saferoom("catalogue")}
    compared, kinds = 0, set()
    for case in saferoom("case", "list")[:8]:
        for record in saferoom("case", "show", case["id"])["records"]:
            try:
                fields = station.fields(bytes.fromhex(record["id"]))
            except reader.Refused as refusal:
                assert "carried over" in str(refusal) or "somebody else" in str(refusal)
                continue
            for name, shown in record["fields"].items():
                known = catalogue[record["kind"], name]
                if known["type"] in ("time", "text", "narrative", "code", "place", "date", "bool"):
                    assert as_shown(fields[known["number"]], known["type"]) == shown, (record["kind"], name)
                    compared += 1
                    kinds.add((record["kind"], known["compartment"]))
    assert compared > 150 and len(kinds) > 8, (compared, kinds)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(InvalidTag):
        reader.Identity(TOUR / "founder.identity", b"another passphrase")


def test_a_bundle_and_one_that_was_altered(tmp_path: Path) -> None:
    kept = TOUR / "checkpoint.txt"
    assert "entries" in reader.check_bundle(TOUR / "audit", VKEY, kept)
    with pytest.raises(reader.Refused):
        reader.check_bundle(TOUR / "audit-altered", VKEY, kept)

    name, key_id, key = VKEY.split("+", 2)
    with pytest.raises(reader.Refused):
        reader.check_bundle(TOUR / "audit", f"{name}+{'0' * 8}+{key}", kept)
    forged = tmp_path / "bundle"
    shutil.copytree(TOUR / "audit", forged)
    size = int((forged / "checkpoint").read_text().split("\n")[1])
    text = (forged / "checkpoint").read_text().replace(f"\n{size}\n", f"\n{size - 1}\n", 1)
    (forged / "checkpoint").write_text(text)
    lines = (forged / "bundle").read_text().splitlines()
    lines[1] = f"{reader.sha256(text.encode()).hex()}  checkpoint"
    (forged / "bundle").write_text("\n".join(lines) + "\n")
    with pytest.raises(InvalidSignature):
        reader.check_bundle(forged, VKEY, None)


def test_an_extract_and_one_that_was_changed(tmp_path: Path) -> None:
    assert "k = " in reader.check_extract(TOUR / "extract", PUBLIC_KEY)
    changed = tmp_path / "extract"
    shutil.copytree(TOUR / "extract", changed)
    (changed / "dictionary.csv").write_text("column\n")
    with pytest.raises(reader.Refused, match="dictionary.csv"):
        reader.check_extract(changed, PUBLIC_KEY)
    manifest = changed / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"k":', '"k": ', 1))
    with pytest.raises(InvalidSignature):
        reader.check_extract(changed, PUBLIC_KEY)
