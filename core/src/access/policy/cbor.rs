//! The stored form of an access policy: deterministic CBOR, one encoding only.

use std::convert::Infallible;

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::{
    AccessPolicy, Action, Effect, EmergencyRule, FORMAT, Limit, Limits, MAX_POLICY_LENGTH, Measure, Night, PolicyError,
    Reach, RecoveryRule, Retention, RetentionRule, RetentionStart, Role, RoleName, SecondPerson, Sensitivity,
    SensitivityRule, SignInRule, check,
};
use crate::model::Compartment;

type Out = Encoder<Vec<u8>>;
type Encoded = Result<(), minicbor::encode::Error<Infallible>>;

impl AccessPolicy {
    /// The bytes to sign and keep.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let written = self.write(&mut out).is_ok();
        debug_assert!(written, "a Vec takes everything");
        out.into_writer()
    }

    fn write(&self, out: &mut Out) -> Encoded {
        out.array(12)?.u64(FORMAT)?.u64(self.version)?.u32(self.custodians_needed)?;
        out.array(2)?.u32(self.recovery.shares)?.u32(self.recovery.needed)?;
        write_emergency(&self.emergency, out)?;
        out.array(self.sensitivities.len() as u64)?;
        for rule in &self.sensitivities {
            out.u8(u8::from(rule.unit_reach) | u8::from(rule.searchable) << 1 | u8::from(rule.break_glass) << 2)?;
        }
        write_all(&self.second_persons, out, |rule, out| {
            out.array(2)?.u8(rule.action.number())?;
            write_all(&rule.roles, out, |role, out| out.str(role.as_str()).map(|_| ()))
        })?;
        out.array(2)?.u32(self.retention.majority_age)?;
        write_all(&self.retention.rules, out, write_retention)?;
        out.array(3)?.u32(self.night.from_hour)?.u32(self.night.to_hour)?.i32(self.night.utc_offset_minutes)?;
        out.u32(self.slow_seconds)?;
        let sign_in = &self.sign_in;
        out.array(5)?.u32(sign_in.idle_minutes)?.u32(sign_in.session_hours)?.u32(sign_in.free_attempts)?;
        out.u32(sign_in.first_delay_seconds)?.u32(sign_in.longest_delay_seconds)?;
        write_all(&self.roles, out, write_role)
    }

    /// Reads stored bytes and checks them by every rule, except that purposes and codes need not be in the code lists of
    /// this program: they may be of newer ones.
    ///
    /// # Errors
    /// [`PolicyError::Encoding`] for any bytes that [`encode`](Self::encode) does not write, or a broken rule.
    pub fn decode(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > MAX_POLICY_LENGTH {
            return Err(PolicyError::TooLarge);
        }
        let mut input = Decoder::new(bytes);
        let format = input.array().and_then(|_| input.u64()).map_err(|_| PolicyError::Encoding)?;
        if format != FORMAT {
            return Err(PolicyError::Format(format));
        }
        let policy = read(&mut Decoder::new(bytes)).map_err(|_| PolicyError::Encoding)?;
        // Compared before it is put in order: there is one encoding only.
        if policy.encode() != bytes || policy.clone().ordered() != policy {
            return Err(PolicyError::Encoding);
        }
        check::rules(&policy)?;
        Ok(policy)
    }
}

fn write_emergency(rule: &EmergencyRule, out: &mut Out) -> Encoded {
    out.array(3)?;
    write_all(&rule.compartments, out, |compartment, out| out.u8(compartment.number()).map(|_| ()))?;
    out.u32(rule.review_within_hours)?.u32(rule.open_for_hours)?;
    Ok(())
}

fn write_retention(rule: &RetentionRule, out: &mut Out) -> Encoded {
    out.array(8)?.str(&rule.name)?.str(&rule.en)?.str(&rule.km)?;
    write_texts(&rule.harm, out)?;
    write_texts(&rule.outcomes, out)?;
    out.u8(rule.from.number())?.u32(rule.years)?.u32(rule.months)?;
    Ok(())
}

fn write_role(role: &Role, out: &mut Out) -> Encoded {
    out.array(7)?.str(role.name.as_str())?.str(&role.en)?.str(&role.km)?;
    let reaches: Vec<_> = role.reaches().collect();
    write_all(&reaches, out, |(compartment, reach), out| {
        out.array(2)?.u8(compartment.number())?.u8(reach.number())?;
        Ok(())
    })?;
    write_all(&role.actions, out, |action, out| out.u8(action.number()).map(|_| ()))?;
    write_texts(&role.purposes, out)?;
    write_all(&role.limits.steps, out, |step, out| {
        out.array(3)?.u8(step.measure.number())?.u32(step.at)?.u8(step.effect.number())?;
        Ok(())
    })
}

fn write_texts(texts: &[String], out: &mut Out) -> Encoded {
    write_all(texts, out, |text, out| out.str(text).map(|_| ()))
}

fn write_all<T>(items: &[T], out: &mut Out, mut write: impl FnMut(&T, &mut Out) -> Encoded) -> Encoded {
    out.array(items.len() as u64)?;
    items.iter().try_for_each(|item| write(item, out))
}

fn read(input: &mut Decoder<'_>) -> Result<AccessPolicy, DecodeError> {
    expect(input, 12)?;
    // The format, which has been looked at.
    input.u64()?;
    let (version, custodians_needed) = (input.u64()?, input.u32()?);
    expect(input, 2)?;
    let recovery = RecoveryRule { shares: input.u32()?, needed: input.u32()? };
    let emergency = read_emergency(input)?;
    expect(input, 3)?;
    let sensitivities = [
        read_sensitivity(Sensitivity::Standard, input)?,
        read_sensitivity(Sensitivity::Restricted, input)?,
        read_sensitivity(Sensitivity::Sealed, input)?,
    ];
    let second_persons = list(input, |input| {
        expect(input, 2)?;
        Ok(SecondPerson { action: word(input.u8()?, Action::from_number)?, roles: list(input, role_name)? })
    })?;
    expect(input, 2)?;
    let retention = Retention { majority_age: input.u32()?, rules: list(input, read_retention)? };
    expect(input, 3)?;
    let night = Night { from_hour: input.u32()?, to_hour: input.u32()?, utc_offset_minutes: input.i32()? };
    let slow_seconds = input.u32()?;
    let sign_in = read_sign_in(input)?;
    let roles = list(input, read_role)?;
    Ok(AccessPolicy {
        version,
        custodians_needed,
        recovery,
        emergency,
        sensitivities,
        second_persons,
        retention,
        night,
        slow_seconds,
        sign_in,
        roles,
    })
}

fn read_emergency(input: &mut Decoder<'_>) -> Result<EmergencyRule, DecodeError> {
    expect(input, 3)?;
    Ok(EmergencyRule {
        compartments: list(input, |input| word(input.u8()?, Compartment::from_number))?,
        review_within_hours: input.u32()?,
        open_for_hours: input.u32()?,
    })
}

fn read_sensitivity(sensitivity: Sensitivity, input: &mut Decoder<'_>) -> Result<SensitivityRule, DecodeError> {
    let flags = input.u8()?;
    let flag = |bit: u8| flags & bit != 0;
    Ok(SensitivityRule { sensitivity, unit_reach: flag(1), searchable: flag(2), break_glass: flag(4) })
}

fn read_retention(input: &mut Decoder<'_>) -> Result<RetentionRule, DecodeError> {
    expect(input, 8)?;
    Ok(RetentionRule {
        name: text(input)?,
        en: text(input)?,
        km: text(input)?,
        harm: list(input, text)?,
        outcomes: list(input, text)?,
        from: word(input.u8()?, RetentionStart::from_number)?,
        years: input.u32()?,
        months: input.u32()?,
    })
}

fn read_sign_in(input: &mut Decoder<'_>) -> Result<SignInRule, DecodeError> {
    expect(input, 5)?;
    Ok(SignInRule {
        idle_minutes: input.u32()?,
        session_hours: input.u32()?,
        free_attempts: input.u32()?,
        first_delay_seconds: input.u32()?,
        longest_delay_seconds: input.u32()?,
    })
}

fn read_role(input: &mut Decoder<'_>) -> Result<Role, DecodeError> {
    expect(input, 7)?;
    let mut role = Role::new(role_name(input)?, text(input)?, text(input)?);
    let reaches = list(input, |input| {
        expect(input, 2)?;
        Ok((word(input.u8()?, Compartment::from_number)?, word(input.u8()?, Reach::from_number)?))
    })?;
    reaches.into_iter().for_each(|(compartment, reach)| role.set_reach(compartment, reach));
    role.actions = list(input, |input| word(input.u8()?, Action::from_number))?;
    role.purposes = list(input, text)?;
    role.limits = Limits { steps: list(input, read_limit)? };
    Ok(role)
}

fn read_limit(input: &mut Decoder<'_>) -> Result<Limit, DecodeError> {
    expect(input, 3)?;
    Ok(Limit {
        measure: word(input.u8()?, Measure::from_number)?,
        at: input.u32()?,
        effect: word(input.u8()?, Effect::from_number)?,
    })
}

fn role_name(input: &mut Decoder<'_>) -> Result<RoleName, DecodeError> {
    RoleName::parse(input.str()?).map_err(|_| DecodeError::message("no name of a role"))
}

fn text(input: &mut Decoder<'_>) -> Result<String, DecodeError> {
    input.str().map(str::to_owned)
}

fn word<T>(number: u8, of: impl Fn(u8) -> Option<T>) -> Result<T, DecodeError> {
    of(number).ok_or_else(|| DecodeError::message("unknown number"))
}

fn expect(input: &mut Decoder<'_>, length: u64) -> Result<(), DecodeError> {
    if input.array()? == Some(length) { Ok(()) } else { Err(DecodeError::message("wrong number of parts")) }
}

fn list<T>(
    input: &mut Decoder<'_>,
    mut item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let length = input.array()?.ok_or_else(|| DecodeError::message("indefinite length"))?;
    (0..length).map(|_| item(input)).collect()
}
