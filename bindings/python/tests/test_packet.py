"""Packets from Python: a station refers a child to a shelter that has no vault."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from saferoom import Identity, PacketError, WrongPassphrase, packet

WORD = b"quiet river stone"


def code(error: pytest.ExceptionInfo[PacketError]) -> int:
    return error.value.code


def test_a_referral_goes_out_and_is_answered(tmp_path: Path, identity: Identity) -> None:
    shelter = packet.Correspondent.create_file(tmp_path / "key", WORD)
    assert packet.Correspondent.open_file(tmp_path / "key", WORD).address()[:41] == shelter.address()[:41]
    with pytest.raises(WrongPassphrase):
        packet.Correspondent.open_file(tmp_path / "key", b"another stone")
    station = packet.Correspondent.of_identity(identity)
    (tmp_path / "referral.json").write_text("{}")
    part = packet.Part("referral", tmp_path / "referral.json", "referral-1")
    sent = station.seal(tmp_path / "out", [shelter.address()], [part])

    nobody, known = packet.KnownSenders(), packet.KnownSenders()
    known.pin(station.address())
    shown = shelter.show(tmp_path / "out", nobody)
    assert shown.standing == "unknown" and shown.sender == packet.fingerprint(station.address())
    assert shown.parts == (packet.PartInfo(6, "referral", "referral-1", 2),)
    seen = tmp_path / "seen"
    with pytest.raises(PacketError) as unknown:
        shelter.open(tmp_path / "out", nobody, seen, tmp_path)
    assert code(unknown) == 1010
    opened = shelter.open(tmp_path / "out", known, seen, tmp_path)
    assert opened.is_new and opened.info.standing == "known" and opened.receipt() is None
    assert opened.part(0) == b"{}"
    opened.save_part(0, tmp_path / "copy.json")
    with pytest.raises(PacketError):
        opened.save_part(0, tmp_path / "copy.json")
    opened.remember()
    assert not shelter.open(tmp_path / "out", known, seen, tmp_path).is_new

    shelter.answer(tmp_path / "out", known, "accepted", "A place from Monday on", out=tmp_path / "answer")
    back = packet.KnownSenders()
    back.pin(shelter.address())
    answer = station.open(tmp_path / "answer", back, tmp_path / "seen-2", tmp_path)
    assert answer.receipt() == packet.Receipt(sent.packet, "accepted", "A place from Monday on")
    assert answer.info.in_reply_to == sent.packet


def test_what_is_wrong_with_a_packet_is_named(tmp_path: Path, identity: Identity) -> None:
    shelter = packet.Correspondent.create_file(tmp_path / "key", WORD)
    station = packet.Correspondent.of_identity(identity)
    known = packet.KnownSenders()
    known.pin(station.address())
    (tmp_path / "part").write_bytes(b"content")
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    parts = [packet.Part("file", tmp_path / "part")]
    station.seal(tmp_path / "good", [shelter.address()], parts)
    station.seal(tmp_path / "expired", [shelter.address()], parts, expires_at=past)
    good = (tmp_path / "good").read_bytes()
    (tmp_path / "altered").write_bytes(good[:6000] + bytes([good[6000] ^ 1]) + good[6001:])
    (tmp_path / "truncated").write_bytes(good[:6000])
    (tmp_path / "newer").write_bytes(good[:8] + b"\x02" + good[9:])
    for name, expected in [("altered", 1004), ("truncated", 1003), ("newer", 1002), ("part", 1001), ("expired", 1020)]:
        with pytest.raises(PacketError) as refused:
            shelter.open(tmp_path / name, known, tmp_path / "seen", tmp_path)
        assert code(refused) == expected, name
    with pytest.raises(PacketError) as other:
        station.show(tmp_path / "good", known)
    assert code(other) == 1005
    with pytest.raises(PacketError) as kind:
        station.seal(tmp_path / "x", [shelter.address()], [packet.Part("nonsense", tmp_path / "part")])
    assert code(kind) == 1036
    assert "quiet" not in repr(shelter)
