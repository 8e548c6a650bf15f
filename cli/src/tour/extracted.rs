//! An extract: a desk that reads no case makes a table in which nobody can be found.

use std::fs;

use saferoom::access::Access;
use saferoom::access::policy::RoleName;
use saferoom::keys::Identity;
use saferoom::model::records::Child;
use saferoom::vault::Session;

use super::folder::Folder;
use super::need_to_know::sign_in;
use super::reading::{Example, refused, unexpected};
use super::show;
use super::show::Step;
use crate::console::Console;
use crate::extract::make_from;
use crate::failure::Failure;

/// The specification; `examples/statistics/spec.toml` in the repository.
const SPEC: &str = include_str!("../../../examples/statistics/spec.toml");

/// Of fewer cases no extract is made.
const FEWEST: usize = 10;

/// [`Step::Extract`].
pub(super) fn by_the_desk(
    out: &Console,
    folder: &Folder,
    founder: &Identity,
    session: &Session,
    example: Example<'_>,
) -> Result<(), Failure> {
    show::step(out, Step::Extract, "Let an analyst count, without a name");
    show::say(
        out,
        "With every write, coarse values went into rows of their own: an age, a province, a month, a kind of harm. An \
         extract desk holds the key of these rows, and no other. It tries to read a child:",
    );
    let desk = Identity::generate();
    let role = RoleName::parse("extract-desk")?;
    let manage = Access::for_purpose("record-management");
    session.enrol(&desk.public(), &role, session.unit().scope(), &[founder], &manage)?;
    let at_the_desk = sign_in(folder, &desk)?;
    let access = Access::for_purpose("HRESCH");
    let closed = at_the_desk.read::<Child>(example.child.child, &access).err();
    out.blank();
    refused(out, &closed.ok_or_else(|| unexpected("the extract desk read a child"))?.into());

    out.blank();
    if at_the_desk.statistics(&access)?.cases.len() < FEWEST {
        show::say(out, "With so few children nothing may leave: whoever knows one of them would find her.");
        return Ok(());
    }
    let spec = folder.extract_spec();
    fs::write(&spec, SPEC).map_err(|error| Failure::writing(&spec, &error))?;
    let manifest = make_from(&spec, (&desk, &at_the_desk), &folder.extract(), &access, out)?;
    let rows = manifest.rows;
    show::say(
        out,
        format!(
            "Then it makes a signed extract: {} children, of whom {} are left out because too few others are like \
             them. Whoever knows the age, sex, province and quarter of a child finds no group smaller than {}.",
            rows.source, rows.suppressed, manifest.children.k
        ),
    );
    if rows.released == 0 || manifest.children.k < 5 {
        return Err(unexpected("the extract has a class that is too small"));
    }
    Ok(())
}
