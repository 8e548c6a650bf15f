use saferoom::id::RecordId;
use saferoom::model::records::{
    ActionPlan, InterviewMonth, MonitoringVisit, PlannedAction, Request, Room, RoomUse, Station, Survey, Testimonial,
    TrainingEvent, TrainingParticipant, VisitItem,
};
use saferoom::model::{
    CodeListName, Coded, DynamicRecord, FieldBuffer, LabelLanguage, Narrative, PartialDate, PlaceCode, Record, Text,
};
use saferoom::practice::indicators::{MonitorReport, RoomsRecords};

use super::page::{WORDS, page};
use crate::html::check_words;

fn code<L: CodeListName>(code: &str) -> Option<Coded<L>> {
    Coded::new(code).ok()
}

fn text(text: &str) -> Option<Text> {
    Text::new(text).ok()
}

fn day(text: &str) -> Option<PartialDate> {
    PartialDate::parse(text).ok()
}

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

struct Records(RoomsRecords, u8);

impl Records {
    fn add<R: Record>(&mut self, parent: RecordId, record: &R) -> RecordId {
        self.1 += 1;
        let mut fields = FieldBuffer::new();
        record.encode(&mut fields).unwrap();
        self.0.add(id(self.1), parent, &DynamicRecord::decode(R::spec(), &fields).unwrap()).unwrap();
        id(self.1)
    }
}

/// Words that are in the records and must not be on any page.
const NEVER: [&str; 6] = ["Sokha", "Chan Dara", "said by nobody", "blue lotus", "about a child", "A remark"];

fn report() -> MonitorReport {
    let mut records = Records(RoomsRecords::default(), 10);
    for (name, khmer, province) in [("Kandal", "កណ្តាល", "0801"), ("Kampot", "កំពត", "0701")] {
        let place = PlaceCode::parse(province).ok();
        let station = Station { name_en: text(name), name_km: text(khmer), place, ..Station::default() };
        let station = records.add(id(1), &station);
        let room = records.add(station, &Room { name: text("Room"), ..Room::default() });
        for (on, low) in [("2025-03-01", "0"), ("2026-03-01", "1")] {
            let visitors = text("Chan Dara").into_iter().collect();
            let visit = MonitoringVisit { visited_on: day(on), visitors, ..MonitoringVisit::default() };
            let visit = records.add(room, &visit);
            for (item, score) in [("A1", low), ("B1", "2"), ("C1", "0")] {
                let note = Narrative::new("A remark <b>").ok();
                records.add(visit, &VisitItem { item: code(item), score: code(score), note, ..VisitItem::default() });
            }
            let plan = records.add(visit, &ActionPlan { title: text("Plan"), ..ActionPlan::default() });
            let what = text("Mend the <door>");
            let action =
                PlannedAction { what, due_on: day("2025-06"), status: code("open"), ..PlannedAction::default() };
            records.add(plan, &action);
        }
        let asked = Request {
            what: text("A second <camera>"),
            kind: code("equipment"),
            status: code("asked"),
            asked_of: text("Head of the commissariat"),
            needed_by: day("2026-03"),
            ..Request::default()
        };
        records.add(room, &asked);
        for number in 0..9 {
            let used_for = code(if number < 7 { "child_victim_interview" } else { "storage" });
            let note = Narrative::new("about a child: Sokha").ok();
            records.add(room, &RoomUse { date: day("2026-01-05"), used_for, note, ..RoomUse::default() });
        }
        for consent in ["no", "internal", "role_only"] {
            let said = if consent == "role_only" { "The room helps" } else { "said by nobody" };
            let testimonial = Testimonial {
                text: Narrative::new(said).ok(),
                speaker_role: code("officer"),
                publish_consent: code(consent),
                checked_for_children: Some(true),
                ..Testimonial::default()
            };
            records.add(room, &testimonial);
        }
    }
    for (month, faces) in [("2025-12", None), ("2026-01", Some(15))] {
        let month = InterviewMonth {
            month: day(month),
            interviews: Some(30),
            children: Some(25),
            practised: Some(20),
            practised_of: Some(30),
            young_interviews: Some(12),
            young_breaks: Some(18),
            young_minutes: Some(540),
            face_better: faces,
            face_same: faces.map(|_| 10),
            face_worse: faces.map(|_| 5),
            face_of: faces.map(|_| 30),
            need_met: Some(6),
            need_met_of: Some(11),
            ..InterviewMonth::default()
        };
        records.add(id(1), &month);
    }
    let event = TrainingEvent { title: text("Interviewing"), started_on: day("2025-05"), ..TrainingEvent::default() };
    let event = records.add(id(1), &event);
    for number in 0..6 {
        let name = text("Chan Dara");
        let sex = code(if number < 2 { "female" } else { "male" });
        let province = PlaceCode::parse("08").ok();
        let unit_kind = code("provincial_ahtjp");
        records.add(event, &TrainingParticipant { name, sex, province, unit_kind, ..TrainingParticipant::default() });
        for wave in ["pre", "post"] {
            let knowledge_score = Some(if wave == "pre" { 40 } else { 80 });
            let participant_token = text(&format!("blue lotus {number}"));
            let free_text = Narrative::new("said by nobody").ok();
            let intent_to_apply = code("yes");
            let survey = Survey {
                participant_token,
                wave: code(wave),
                knowledge_score,
                free_text,
                intent_to_apply,
                ..Survey::default()
            };
            records.add(event, &survey);
        }
    }
    MonitorReport::of(&records.0, id(1), PartialDate::parse("2026-04-02").unwrap())
}

#[test]
fn what_the_report_says_is_said_in_both_languages() {
    check_words(WORDS);
}

#[test]
fn the_page_tells_of_rooms_and_of_nobody() {
    let report = report();
    let json = serde_json::to_string(&report).unwrap();
    for language in LabelLanguage::ALL {
        let page = page(&report, *language);
        for never in NEVER {
            assert!(!page.contains(never) && !json.contains(never), "{never}");
        }
        assert_eq!(page.matches("<svg class=\"wide\"").count(), 2, "rooms and domains");
        for told in [
            "85.7 %",
            "95.2 %",
            "Reconstruction",
            "33.3 %",
            "50.0 %",
            "66.7 %",
            "2.00",
            "1.20",
            "The room helps",
            "Mend the &lt;door&gt;",
        ] {
            assert!(page.contains(told), "{told}");
        }
        assert!(!page.contains("Mend the <door>") && !page.contains("<script"));
    }
    let english = page(&report, LabelLanguage::English);
    for told in [
        "85.7 % (18 of 21)",
        "95.2 % (20 of 21)",
        "overdue",
        "Kandal",
        "(2 of 6)",
        "Phnom Penh",
        "1.20 (30 for 25 children)",
        "happier 15, same 10, sadder 5",
        "54.5 % (6 of 11)",
    ] {
        assert!(english.contains(told), "{told}");
    }
    let khmer = page(&report, LabelLanguage::Khmer);
    assert!(khmer.contains("កណ្តាល") && !khmer.contains("Kandal"), "stations are named in the language of the page");
    assert_eq!(report.improved.text(), "100.0 % (2 of 2)");
    assert_eq!(report.training[0].surveys["post"].knowledge, Some(80));
}

#[test]
fn an_empty_vault_has_a_page_too() {
    let nothing = MonitorReport::of(&RoomsRecords::default(), id(1), PartialDate::parse("2026-04-02").unwrap());
    let page = page(&nothing, LabelLanguage::English);
    assert!(page.contains("No station is here yet") && page.contains("85.7 % (18 of 21)"));
}

#[test]
#[ignore = "writes pages for a browser into $SAFEROOM_HTML"]
fn write_pages() {
    let folder = std::path::PathBuf::from(std::env::var_os("SAFEROOM_HTML").unwrap());
    for language in LabelLanguage::ALL {
        std::fs::write(folder.join(format!("monitor-{}.html", language.code())), page(&report(), *language)).unwrap();
    }
}
