"""Referrals from Python: a station sends, a shelter without a vault reads and answers, the station takes it in."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from saferoom import (
    Access,
    Identity,
    PacketError,
    PracticeError,
    ReferralError,
    Session,
    consent,
    handover,
    packet,
    referral,
)
from saferoom.records import Case, Child, Consent, Referral

WORD = b"quiet river stone"
FIELDS = ["child.given_name_latin", "child.sex", "referral.service_type"]


def recorded(session: Session, access: Access) -> tuple[str, str]:
    now = datetime.datetime.now(datetime.timezone.utc)
    case = session.create(Case(), access, parent=session.unit).record
    child = session.create(
        Child(sex="female", role="victim", given_name_latin="Sokha", nickname="Not told"), access, parent=case
    ).record
    consent = Consent(
        giver="child_alone_mature",
        purpose="referral",
        decision="agreed",
        service="shelter",
        recipients=["The shelter"],
        scope_fields=["child.*"],
        given_at=now - datetime.timedelta(minutes=5),
    )
    session.create(consent, access, parent=child)
    made = Referral(service_type="shelter", to_agency="The shelter", urgency="within_24h", status="proposed")
    return child, session.create(made, access, parent=child).record


def test_a_referral_goes_out_is_read_and_answered(
    tmp_path: Path, session: Session, identity: Identity, access: Access
) -> None:
    child, record = recorded(session, access)
    shelter = packet.Correspondent.create_file(tmp_path / "key", WORD)
    sent = referral.send(session, identity, record, shelter.address(), FIELDS, access)
    assert sent.told == tuple(FIELDS) and sent.ground is None and b"Sokha" not in sent.packet_bytes
    (tmp_path / "packet").write_bytes(sent.packet_bytes)

    known = packet.KnownSenders()
    known.pin(packet.Correspondent.of_identity(identity).address())
    opened = shelter.open(tmp_path / "packet", known, tmp_path / "seen", tmp_path)
    told = referral.told(opened)
    assert told is not None
    assert told["records"][0]["fields"] == {"given_name_latin": "Sokha", "sex": "female"}
    fields = referral.told_fields(opened, "km")
    assert fields is not None and [field.value for field in fields][0] == "Sokha"
    assert "Sokha" not in repr(fields)
    opened.remember()

    with pytest.raises(PacketError):
        referral.answer(shelter, tmp_path / "packet", known, referral.Answer("No code"), out=tmp_path / "no")
    done = referral.Answer("completed", outcome="need_met", by="Reception", feedback="Three nights.")
    referral.answer(shelter, tmp_path / "packet", known, done, out=tmp_path / "answer")
    back = packet.KnownSenders()
    back.pin(shelter.address())
    station = packet.Correspondent.of_identity(identity)
    taken = handover.take_in(session, tmp_path / "answer", station, back, access)
    assert taken.referrals == (handover.Moved(record, "sent", "completed"),) and not taken.again
    assert handover.take_in(session, tmp_path / "answer", station, back, access).again
    stands = session.read(Referral, record, access).record
    assert (stands.received_by, stands.provider_feedback) == ("Reception", "Three nights.")
    [glance] = referral.of_child(session, child, access)
    assert (glance.id, glance.stage, glance.overdue) == (record, referral.Stage.COMPLETED, None)
    looked = referral.overdue(session, access)
    assert (looked.looked_at, looked.overdue, looked.settled) == (1, (), 0)


def test_exhibits_are_told_as_case_uco(session: Session, access: Access) -> None:
    child, _ = recorded(session, access)
    asked = consent.Disclosure("share", "prosecutor", "The prosecutor", [])
    with pytest.raises(PracticeError):
        referral.case_uco(session, child, asked, access)
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=5)
    agreed = Consent(
        giver="child_alone_mature",
        purpose="share",
        decision="agreed",
        recipients=["The prosecutor"],
        scope_fields=["evidence_item.*", "custody_event.*", "content_digest.*"],
        given_at=now,
    )
    session.create(agreed, access, parent=child)
    made = referral.case_uco(session, child, asked, access)
    assert made.exhibits == 0 and "@context" in made.document and made.manifest
    assert repr(made) == "CaseUco(0 exhibits, redacted)"


def test_what_cannot_be_is_named(tmp_path: Path, session: Session, identity: Identity, access: Access) -> None:
    _, record = recorded(session, access)
    shelter = packet.Correspondent.create_file(tmp_path / "key", WORD)
    with pytest.raises(ReferralError) as reference:
        referral.send(session, identity, record, shelter.address(), ["referral.made_by"], access)
    assert reference.value.code == 1412
    assert referral.move(session, record, "revoked", access).now == "revoked"
    with pytest.raises(ReferralError) as over:
        referral.send(session, identity, record, shelter.address(), FIELDS, access)
    assert over.value.code == 1402
