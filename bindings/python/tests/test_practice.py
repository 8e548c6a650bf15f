"""Disclosure, custody, figures, words, referrals. All persons are invented."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pytest

import saferoom
from saferoom import (
    Access,
    Identity,
    PartialDate,
    Session,
    Vault,
    authorise,
    consent,
    custody,
    indicators,
    referral,
    terms,
)
from saferoom.consent import Disclosure, Override
from saferoom.indicators import Share
from saferoom.records import (
    Case,
    Child,
    Consent,
    ContentDigest,
    CustodyEvent,
    EvidenceItem,
    PlannedAction,
    Referral,
    RoomUse,
    Survey,
    VisitItem,
)

NOW = datetime.datetime.now(datetime.timezone.utc)
FIELDS = ("child.family_name_latin", "child.sex")


def answered(giver: str, decision: str) -> Consent:
    return Consent(
        giver=giver,
        purpose="referral",
        decision=decision,
        service="psychosocial",
        recipients=["The clinic"],
        scope_fields=["child.*"],
        given_at=NOW - datetime.timedelta(minutes=1),
    )


def asked(*fields: str) -> Disclosure:
    return Disclosure("referral", "service_provider", "The clinic", fields, service="psychosocial")


def child_of(session: Session, access: Access) -> str:
    case = session.create(Case(), access, parent=session.unit).record
    named = Child(family_name_latin="Chan", nickname="Xyzzy", sex="female", role="victim")
    return session.create(named, access, parent=case).record


def test_what_was_agreed_to_is_disclosed_and_no_more(session: Session, access: Access) -> None:
    child = child_of(session, access)
    with pytest.raises(saferoom.PracticeError) as refused:
        consent.disclose(session, child, asked(*FIELDS), access)
    assert refused.value.advice
    answer = session.create(answered("child_alone_mature", "agreed"), access, parent=child).record
    told = consent.disclose(session, child, asked(*FIELDS), access)
    assert (told.answers, told.ground, told.despite) == ((answer,), None, ())
    (opened,) = told.records
    assert isinstance(opened.record, Child)
    assert (opened.record.family_name_latin, opened.record.sex, opened.record.nickname) == ("Chan", "female", None)
    assert {record: len(fields) for record, fields in told.manifest.items()} == {child: 2}
    assert told.edition == consent.rules()["edition"]
    for thing in (told, asked(*FIELDS), Override("imminent_danger", "Xyzzy", child)):
        assert "Chan" not in repr(thing) and "clinic" not in repr(thing) and "Xyzzy" not in repr(thing)


def test_a_ground_stands_against_a_refusal_where_a_second_person_signed_it(
    vault: Vault, session: Session, identity: Identity, access: Access
) -> None:
    child = child_of(session, access)
    session.create(answered("child_assent", "refused"), access, parent=child)
    colleague = Identity.generate()
    session.enrol(colleague.public(), "interviewer", access, identity)
    session.assign(session.info(child).parent or "", colleague.member_id, access)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    signed = authorise.disclosure(session, child, asked(*FIELDS), "imminent_danger", "Threats", until, access)
    danger = Override("imminent_danger", "The child is in danger tonight", signed)
    with pytest.raises(saferoom.PracticeError, match="somebody other"):
        consent.disclose(session, child, asked(*FIELDS), access, without_consent=danger)
    with vault.sign_in(colleague) as other:
        with pytest.raises(saferoom.PracticeError):
            consent.disclose(other, child, asked("statement.body"), access, without_consent=danger)
        told = consent.disclose(other, child, asked(*FIELDS), access, without_consent=danger)
        assert told.ground == "imminent_danger" and told.answers == ()
        assert [obstacle.text for obstacle in told.despite][0] == "the child said no"
        with pytest.raises(saferoom.PracticeError, match="used before"):
            consent.disclose(other, child, asked(*FIELDS), access, without_consent=danger)
        with pytest.raises(saferoom.AccessDenied):
            authorise.disclosure(other, child, asked(*FIELDS), "imminent_danger", "Mine", until, access)
    found = authorise.read(session, signed, access)
    assert (found.act, found.subject, found.used_for) == ("override_consent", child, child)
    assert (found.signed_by, found.used_by) == (session.member_id, colleague.member_id)


def event(session: Session, action: str, by: str, to: str | None = None) -> CustodyEvent:
    return CustodyEvent(
        action=action, started_at=datetime.datetime.now(datetime.timezone.utc), performer_name=by, receiver_name=to
    )


def test_an_exhibit_goes_from_hand_to_hand(session: Session, access: Access) -> None:
    case = session.create(Case(), access, parent=session.unit).record
    item = session.create(EvidenceItem(exhibit_number="2026/17-1", kind="device"), access, parent=case).record
    assert custody.chain(session, item, access).events == ()
    with pytest.raises(saferoom.CustodyError):
        custody.add(session, item, event(session, "viewed", "One"), access)
    custody.add(session, item, event(session, "collected", "One"), access)
    custody.add(session, item, event(session, "transferred", "One", "Two"), access)
    with pytest.raises(saferoom.CustodyError) as on_the_way:
        custody.add(session, item, event(session, "examined", "One"), access)
    assert on_the_way.value.advice
    last = custody.add(session, item, event(session, "received", "Two"), access)
    chain = custody.chain(session, item, access)
    assert [one.record.action for one in chain.events] == ["collected", "transferred", "received"]
    assert chain.events[-1].id == last and chain.wrong == ()
    assert repr(chain) == "Chain(3 events, redacted)"
    second = chain.events[1]
    assert second.id is not None
    second.record.receiver_name = "Three"
    with pytest.raises(saferoom.PracticeError, match="by hand"):
        session.amend(second.id, second.record, access)
    assert custody.chain(session, item, access).wrong == ()


def test_an_exhibit_is_copied_in_one_act_with_what_a_second_person_signed(
    vault: Vault, session: Session, identity: Identity, access: Access
) -> None:
    colleague = Identity.generate()
    session.enrol(colleague.public(), "unit-supervisor", access, identity)
    case = session.create(Case(), access, parent=session.unit).record
    item = session.create(EvidenceItem(exhibit_number="2026/17-1", kind="device"), access, parent=case).record
    custody.add(session, item, event(session, "collected", "One"), access)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    signed = authorise.copy(session, item, "working", "For the laboratory", until, access)
    working = EvidenceItem(exhibit_number="2026/17-1 K1", kind="device", copy_class="working", copy_number=1)
    basis = CustodyEvent(performer_name="Two", basis="prosecutor")
    supervise = Access("supervision")
    with vault.sign_in(colleague) as other:
        with pytest.raises(saferoom.CustodyError):
            custody.copy_exhibit(other, item, working, signed, CustodyEvent(performer_name="Two"), supervise)
        made = custody.copy_exhibit(other, item, working, signed, basis, supervise)
        with pytest.raises(saferoom.PracticeError, match="used before"):
            custody.copy_exhibit(other, item, working, signed, basis, supervise)
    chain = custody.chain(session, item, access)
    assert [one.record.action for one in chain.events] == ["collected", "copied"]
    assert (chain.events[-1].id, chain.events[-1].record.made_items) == (made.event, [made.copy])
    (beginning,) = custody.chain(session, made.copy, access).events
    assert beginning.id == made.beginning and chain.wrong == ()


def test_history_is_brought_in_by_who_may_import_and_by_nobody_else(
    vault: Vault, session: Session, identity: Identity, access: Access
) -> None:
    child = child_of(session, access)
    done = Referral(service_type="shelter", status="completed")
    with pytest.raises(saferoom.PracticeError, match="by hand"):
        session.create(done, access, parent=child)
    (written,) = session.write_history([(child, done)], access)
    assert session.read(Referral, written.record, access).record.status == "completed"
    officer = Identity.generate()
    session.enrol(officer.public(), "interviewer", access, identity)
    session.assign(session.info(child).parent or "", officer.member_id, access)
    with vault.sign_in(officer) as other, pytest.raises(saferoom.AccessDenied):
        other.write_history([(child, done)], access)


def test_a_file_is_compared_with_its_digests_and_the_check_can_be_stopped(tmp_path: Path) -> None:
    content = b"x" * 200_000
    path = tmp_path / "exhibit.bin"
    path.write_bytes(content)
    item = EvidenceItem(kind="device", contains_csam="no", size_bytes=len(content))
    right = ContentDigest(method="SHA256", value=hashlib.sha256(content).hexdigest())
    wrong = ContentDigest(method="SHA512", value="00" * 64)
    told: list[tuple[int, int]] = []
    found = custody.check_file(path, item, [right], progress=lambda done, total: told.append((done, total)))
    assert found.fits and found.length_fits and found.digests == (("SHA256", custody.Answer.FITS),)
    assert told[-1] == (len(content), len(content)) and len(told) > 3
    assert not custody.check_file(path, item, [right, wrong]).fits
    with pytest.raises(saferoom.CustodyError) as stopped:
        custody.check_file(path, item, [right], progress=lambda done, total: done < 70_000)
    assert "stopped" in stopped.value.text

    def fails(done: int, total: int) -> None:
        raise LookupError("the host's own text")

    with pytest.raises(LookupError, match="the host's own text"):
        custody.check_file(path, item, [right], progress=fails)
    with pytest.raises(saferoom.CustodyError):
        custody.check_file(tmp_path / "not there", EvidenceItem(contains_csam="suspected"), [right])


def test_the_meeting_gives_the_published_figures() -> None:
    meeting = indicators.reconstructed_meeting()
    assert "reconstruct" in meeting.note.lower()
    reached = indicators.reach(meeting.participants)
    assert (reached.participants, str(reached.women)) == (25, "40.0 % (10 of 25)")
    said = indicators.survey(meeting.surveys, "post")
    assert said is not None
    assert (said.useful, said.will_apply) == (Share(18, 21), Share(20, 21))
    assert (said.useful.percent, said.will_apply.percent) == (85.7, 95.2)
    assert indicators.survey([Survey(wave="post")] * 4, "post") is None


def test_figures_stand_with_their_denominators() -> None:
    before, now = [VisitItem(item="A1", score="0")], [VisitItem(item="A1", score="2")]
    scores = indicators.visit_scores(now)
    assert scores.total == Share(2, 2) and scores.missing
    (change,) = indicators.compare_visits(before, now)
    assert (change.before.count, change.now.count, change.change) == (0, 2, 1000)
    use = indicators.room_use([RoomUse(used_for="child_victim_interview")] * 6 + [RoomUse(used_for="storage")])
    assert use.misuse == 1 and use.purposes.cells["storage"] is None
    late = PlannedAction(status="open", due_on=PartialDate(2026, 1))
    assert indicators.actions([late], datetime.date(2026, 11, 24)).overdue == 1
    assert indicators.interviews([]).interviews == 0
    assert str(Share(0, 0)) == "\u2013"


def test_words_that_blame_are_named_with_their_place() -> None:
    text = "ស្ថានីយ: the alleged victim said no."
    (found,) = terms.lint(text)
    assert text[found.start : found.end] == "alleged victim"
    assert found.instead and terms.lint(text, "km")[0].instead != found.instead
    assert terms.lint("The child said no.") == []


def test_referrals_that_are_overdue_come_first(session: Session, access: Access) -> None:
    child = child_of(session, access)
    week = NOW - datetime.timedelta(days=8)
    done = Referral(service_type="legal_aid", status="proposed", made_at=week)
    late = Referral(service_type="medical_urgent", status="proposed", made_at=week, urgency="within_72h")
    ids = [session.create(one, access, parent=child).record for one in (done, late)]
    for moved, state in ((ids[0], "sent"), (ids[0], "completed"), (ids[1], "sent")):
        referral.move(session, moved, state, access)
    with pytest.raises(saferoom.PracticeError, match="by hand"):
        session.create(Referral(service_type="legal_aid", status="completed"), access, parent=child)
    first, second = referral.of_child(session, child, access)
    assert (first.id, first.stage, first.overdue) == (ids[1], referral.Stage.WAITING, referral.Overdue.NOT_BEGUN)
    assert (second.id, second.stage, second.overdue) == (ids[0], referral.Stage.COMPLETED, None)
