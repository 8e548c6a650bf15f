//! The scenario that every language runs (`tests/conformance/README.md`), through the surface that crosses.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom_ffi::{
    AccessInput, BundleAnswer, DisclosedReasons, ErasureGround, FieldValue, Identity, InterviewState, InterviewStep,
    LiveInterview, PhaseCompletion, QuestionTally, SaferoomError, SearchCriterion, Session, StoppedBy, Vault,
    file_key_store, verify_bundle,
};
use serde_json::Value;

type Fields = HashMap<String, FieldValue>;
/// What a step answers: an error's code, or nothing that was not expected.
type Answer = Result<(), SaferoomError>;

#[test]
fn the_scenario_goes_as_it_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance/scenario.json");
    let scenario: Value = serde_json::from_str(&std::fs::read_to_string(root).unwrap()).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let identity = Identity::generate();
    let keys = file_key_store(path(&folder, "keys"));
    let vault = Vault::create(
        path(&folder, "vault.saferoom"),
        keys,
        &identity,
        text(&scenario["origin"]),
        text(&scenario["unit"]),
        None,
    );
    let session = vault.unwrap().sign_in(&identity).unwrap();
    let names = HashMap::from([("unit".to_owned(), session.unit())]);
    let purpose = text(&scenario["purpose"]);
    let mut runner = Runner { session, identity, folder: folder.clone(), purpose, names, live: None, bundles: 0 };
    let steps = scenario["steps"].as_array().unwrap();
    assert!(steps.len() > 20);
    for (number, step) in steps.iter().enumerate() {
        let code = match runner.take(step) {
            Ok(()) => None,
            Err(SaferoomError::Failure { code, .. }) => Some(u64::from(code)),
        };
        assert_eq!(code, step["code"].as_u64(), "step {number}: {step}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

struct Runner {
    session: Arc<Session>,
    identity: Arc<Identity>,
    folder: PathBuf,
    purpose: String,
    /// Ids of records, by the name that the scenario gives them.
    names: HashMap<String, String>,
    live: Option<Arc<LiveInterview>>,
    bundles: usize,
}

impl Runner {
    fn take(&mut self, step: &Value) -> Answer {
        match step["do"].as_str().unwrap() {
            "create" => self.create(step),
            "amend" => self.amend(step),
            "read" => self.read(step),
            "search" => self.search(step),
            "history" => self.history(step),
            "interview" => self.interview(step),
            "step" => self.step(step),
            "view" => self.view(step),
            "check" => self.session.check().map(drop),
            "verify_log" => self.verify_log(),
            "erase" => self.erase(step),
            other => panic!("no such step: {other}"),
        }
    }

    fn create(&mut self, step: &Value) -> Answer {
        let below = Some(self.id(&step["below"]));
        let made = self.session.create(text(&step["kind"]), below, self.fields(&step["fields"]), self.access(step))?;
        assert_eq!(Some(made.number), step["revision"].as_u64());
        self.names.insert(text(&step["as"]), made.record);
        Ok(())
    }

    fn amend(&self, step: &Value) -> Answer {
        let (id, fields) = (self.id(&step["record"]), self.fields(&step["fields"]));
        let made = self.session.amend(id, text(&step["kind"]), fields, self.access(step))?;
        assert_eq!(Some(made.number), step["revision"].as_u64());
        Ok(())
    }

    fn read(&self, step: &Value) -> Answer {
        let opened = self.session.read(self.id(&step["record"]), Some(text(&step["kind"])), self.access(step))?;
        assert!(opened.fields()? == self.fields(&step["fields"]), "other values: {step}");
        assert_eq!(Some(opened.revision()), step["revision"].as_u64());
        Ok(())
    }

    fn search(&self, step: &Value) -> Answer {
        let exact = SearchCriterion::Exact { text: text(&step["exact"]) };
        let found = self.session.search(text(&step["kind"]), vec![exact], self.access(step))?;
        let expected: Vec<String> = step["found"].as_array().unwrap().iter().map(|name| self.id(name)).collect();
        assert_eq!(found.records.into_iter().map(|record| record.id).collect::<Vec<_>>(), expected);
        Ok(())
    }

    fn history(&self, step: &Value) -> Answer {
        let history = self.session.history(self.id(&step["record"]), self.access(step))?;
        let numbers: Vec<Value> = history.iter().map(|revision| revision.number.into()).collect();
        assert_eq!(Value::from(numbers), step["numbers"]);
        Ok(())
    }

    fn interview(&mut self, step: &Value) -> Answer {
        let child = self.id(&step["child"]);
        let earlier = self.session.earlier_interviews(child.clone(), self.access(step))?;
        let fields = self.fields(&step["fields"]);
        self.live = Some(self.session.start_interview(child, fields, &earlier, false, self.access(step))?);
        Ok(())
    }

    fn step(&self, step: &Value) -> Answer {
        let taken = if let Some(phase) = step["enter"].as_str() {
            InterviewStep::Enter { phase: phase.to_owned(), previous: PhaseCompletion::Full }
        } else if let Some(reason) = step["break"].as_str() {
            InterviewStep::BeginBreak { reason: reason.to_owned(), with_child: None }
        } else if step["child_stops"] == true {
            InterviewStep::Stop { by: StoppedBy::Child }
        } else {
            assert_eq!(step["count"], "invitation");
            InterviewStep::Count { tally: QuestionTally::Invitation }
        };
        self.session.interview_step(self.live.as_ref().unwrap(), taken, None, self.access(step))
    }

    fn view(&self, step: &Value) -> Answer {
        let view = self.live.as_ref().unwrap().view()?;
        let state = match view.state {
            InterviewState::Running => "running",
            InterviewState::OnBreak => "on_break",
            InterviewState::Ended => "ended",
            InterviewState::Locked => "locked",
        };
        let counted = view.tallies.iter().find(|one| one.tally == QuestionTally::Invitation).map(|one| one.count);
        assert_eq!(step["state"], state);
        assert_eq!(step["phases"], view.phases.len());
        assert_eq!(step["breaks"], view.breaks.len());
        assert_eq!(step["invitations"].as_u64(), counted);
        Ok(())
    }

    fn verify_log(&mut self) -> Answer {
        self.bundles += 1;
        let folder = path(&self.folder, &format!("bundle-{}", self.bundles));
        let access = self.access(&Value::Null);
        self.session.export_log(folder.clone(), &[], DisclosedReasons::None, access, None)?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let verified = verify_bundle(folder, self.session.trust_policy()?.as_bytes(), &[], now, None)?;
        assert!(verified.verdicts.iter().all(|verdict| verdict.answer != BundleAnswer::Failed), "{verified:?}");
        assert!(verified.size >= Some(10), "{verified:?}");
        Ok(())
    }

    fn erase(&self, step: &Value) -> Answer {
        let case = vec![self.id(&step["record"])];
        let proposal = self.session.propose_erasure(case, ErasureGround::Order, self.access(step))?;
        let erased = self.session.erase(&*proposal.signed_by(&self.identity)?, self.access(step))?;
        assert_eq!(erased.cases, 1);
        Ok(())
    }

    fn access(&self, step: &Value) -> AccessInput {
        let purpose = step["purpose"].as_str().unwrap_or(&self.purpose).to_owned();
        AccessInput { purpose, reason: step["reason"].as_str().map(str::to_owned) }
    }

    fn id(&self, name: &Value) -> String {
        self.names[name.as_str().unwrap()].clone()
    }

    fn fields(&self, fields: &Value) -> Fields {
        let Some(fields) = fields.as_object() else { return HashMap::new() };
        fields.iter().map(|(name, value)| (name.clone(), self.value(value))).collect()
    }

    fn value(&self, value: &Value) -> FieldValue {
        let (form, value) = value.as_object().unwrap().iter().next().unwrap();
        match form.as_str() {
            "text" => FieldValue::Text(text(value)),
            "code" => FieldValue::Code(text(value)),
            "date" => FieldValue::Date(text(value)),
            "place" => FieldValue::Place(text(value)),
            "time" => FieldValue::Time(value.as_i64().unwrap()),
            "bool" => FieldValue::Bool(value.as_bool().unwrap()),
            "unsigned" => FieldValue::Unsigned(value.as_u64().unwrap()),
            "record" => FieldValue::Id(self.id(value)),
            "items" => FieldValue::Items(value.as_array().unwrap().iter().map(|item| self.value(item)).collect()),
            other => panic!("no such form: {other}"),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}
