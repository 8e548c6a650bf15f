"""The scenario that every language runs (``tests/conformance/README.md``), through the calls that cross."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from saferoom import Identity
from saferoom._bridge import native

SCENARIO = Path(__file__).parents[3] / "tests/conformance/scenario.json"


def test_the_scenario_goes_as_it_is_written(tmp_path: Path) -> None:
    scenario = json.loads(SCENARIO.read_text(encoding="utf-8"))
    identity = native.Identity.generate()
    keys = native.file_key_store(str(tmp_path / "keys"))
    file = str(tmp_path / "vault.saferoom")
    vault = native.Vault.create(file, keys, identity, scenario["origin"], scenario["unit"])
    runner = Runner(vault.sign_in(identity), identity, tmp_path, scenario["purpose"])
    assert len(scenario["steps"]) > 20
    for number, step in enumerate(scenario["steps"]):
        code = None
        try:
            getattr(runner, step["do"])(step)
        except native.SaferoomError.Failure as refused:
            code = refused.code
        assert code == step.get("code"), f"step {number}: {step}"
    runner.session.lock()
    assert Identity.__module__ == "saferoom.identity", "the package is what was built"


class Runner:
    """One method for each ``do``."""

    def __init__(self, session: Any, identity: Any, folder: Path, purpose: str) -> None:
        self.session, self.identity, self.folder, self.purpose = session, identity, folder, purpose
        #: Ids of records, by the name that the scenario gives them.
        self.names: dict[str, str] = {"unit": session.unit()}
        self.live: Any = None
        self.bundles = 0

    def create(self, step: dict[str, Any]) -> None:
        below = self.names[step["below"]]
        made = self.session.create(step["kind"], below, self._fields(step["fields"]), self._access(step))
        assert made.number == step["revision"]
        self.names[step["as"]] = made.record

    def amend(self, step: dict[str, Any]) -> None:
        id, fields = self.names[step["record"]], self._fields(step["fields"])
        assert self.session.amend(id, step["kind"], fields, self._access(step)).number == step["revision"]

    def read(self, step: dict[str, Any]) -> None:
        opened = self.session.read(self.names[step["record"]], step["kind"], self._access(step))
        assert opened.fields() == self._fields(step["fields"]), "other values"
        assert opened.revision() == step["revision"]

    def search(self, step: dict[str, Any]) -> None:
        exact = native.SearchCriterion.EXACT(text=step["exact"])
        found = self.session.search(step["kind"], [exact], self._access(step))
        assert [record.id for record in found.records] == [self.names[name] for name in step["found"]]

    def history(self, step: dict[str, Any]) -> None:
        history = self.session.history(self.names[step["record"]], self._access(step))
        assert [revision.number for revision in history] == step["numbers"]

    def interview(self, step: dict[str, Any]) -> None:
        child, access = self.names[step["child"]], self._access(step)
        earlier = self.session.earlier_interviews(child, access)
        self.live = self.session.start_interview(child, self._fields(step["fields"]), earlier, False, access)

    def step(self, step: dict[str, Any]) -> None:
        steps = native.InterviewStep
        if "enter" in step:
            taken = steps.ENTER(phase=step["enter"], previous=native.PhaseCompletion.FULL)
        elif "break" in step:
            taken = steps.BEGIN_BREAK(reason=step["break"], with_child=None)
        elif "child_stops" in step:
            taken = steps.STOP(by=native.StoppedBy.CHILD)
        else:
            taken = steps.COUNT(tally=native.QuestionTally[step["count"].upper()])
        self.session.interview_step(self.live, taken, None, self._access(step))

    def view(self, step: dict[str, Any]) -> None:
        view = self.live.view()
        assert view.state.name.lower() == step["state"]
        assert (len(view.phases), len(view.breaks)) == (step["phases"], step["breaks"])
        counted = {tally.tally: tally.count for tally in view.tallies}
        assert counted[native.QuestionTally.INVITATION] == step["invitations"]

    def check(self, step: dict[str, Any]) -> None:
        self.session.check()

    def verify_log(self, step: dict[str, Any]) -> None:
        self.bundles += 1
        folder = str(self.folder / f"bundle-{self.bundles}")
        self.session.export_log(folder, [], native.DisclosedReasons.NONE(), self._access(step), None)
        policy = self.session.trust_policy().encode()
        verified = native.verify_bundle(folder, policy, [], int(time.time()), None)
        assert all(verdict.answer != native.BundleAnswer.FAILED for verdict in verified.verdicts)
        assert verified.size >= 10

    def erase(self, step: dict[str, Any]) -> None:
        cases, access = [self.names[step["record"]]], self._access(step)
        proposal = self.session.propose_erasure(cases, native.ErasureGround.ORDER(), access)
        assert self.session.erase(proposal.signed_by(self.identity), access).cases == 1

    def _access(self, step: dict[str, Any]) -> Any:
        return native.AccessInput(purpose=step.get("purpose", self.purpose), reason=step.get("reason"))

    def _fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in fields.items()}

    def _value(self, value: dict[str, Any]) -> Any:
        ((form, inner),) = value.items()
        if form == "record":
            return native.FieldValue.ID(self.names[inner])
        if form == "items":
            return native.FieldValue.ITEMS([self._value(item) for item in inner])
        return getattr(native.FieldValue, form.upper())(inner)
