//! The end of the step that reads: find the child again by a name that somebody spells in another way.

use saferoom::access::Access;
use saferoom::model::records::Child;
use saferoom::model::search::SearchQuery;
use saferoom::model::{RecordKind, SearchKind, Text};
use saferoom::vault::{SearchAnswer, SearchHit, Session};

use super::reading::Example;
use super::show;
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Searches the child by another spelling of the name, and proves that the child is among what is found.
pub(super) fn by_another_spelling(out: &Console, session: &Session, example: Example<'_>) -> Result<(), Failure> {
    let access = Access::for_purpose("forensic-interview").because("Was this child here before?");
    let child = session.read::<Child>(example.child.child, &access)?.record;
    let (Some(family), Some(given)) = (&child.family_name_latin, &child.given_name_latin) else { return Ok(()) };
    let asked = format!("{}, {}", respelled(given), respelled(family));
    let query = SearchQuery::among(RecordKind::CHILD).by(SearchKind::Name, &asked);
    let answer = session.search(&query, &access)?;
    out.blank();
    let count = match &answer {
        SearchAnswer::Found(hits) => {
            let is_the_child =
                |hit: &SearchHit| matches!(hit, SearchHit::Record(found) if found.id == example.child.child);
            if !hits.iter().any(is_the_child) {
                return Err(Failure::new(exit::FAILED, "the search did not find the child"));
            }
            hits.len().to_string()
        }
        // With very many invented children, one name is borne by too many of them.
        _ => "too many".to_owned(),
    };
    show::say(
        out,
        format!(
            "Somebody asks for \u{201c}{asked}\u{201d}, spelled by ear. Found: {count}, and this child is among them. The \
             index in the file holds no name: only 16-bit tokens under the unit's key, of which several names share \
             each. The search is in the log as well."
        ),
    );
    Ok(())
}

/// The name as another officer might write it.
fn respelled(name: &Text) -> String {
    let plain = name.as_str().to_lowercase();
    let plain = ["th", "ph", "kh", "chh"].iter().fold(plain, |name, pair| match *pair {
        "chh" => name.replace("chh", "ch"),
        pair => name.replace(pair, &pair[..1]),
    });
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
