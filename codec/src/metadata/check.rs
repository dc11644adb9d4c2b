//! The checks META-001 to META-013, in their order.

use crate::constants::{MAX_DROP_REASONS, MAX_REDACTION_REASON_LEN, MAX_TENANT_LEN};
use crate::error::{Code, Error};
use crate::prelude::Prelude;
use crate::reader::Varints;
use crate::wire::Field;

use super::{Found, Redaction};

pub(super) fn check(fields: &Found<'_>, prelude: &Prelude) -> Result<(), Error> {
    identity(fields)?;
    drop_reasons(fields, prelude)?;
    contexts(fields)?;
    redaction(fields)
}

fn fault(fields: &Found<'_>, field: Option<Field<'_>>, requirement: &'static str) -> Error {
    Code::MetadataField.at(fields.place(field), requirement)
}

fn value<'a>(field: Option<Field<'a>>) -> &'a [u8] {
    field.map_or(&[], |field| field.bytes())
}

fn identity(fields: &Found<'_>) -> Result<(), Error> {
    let tenant = value(fields.tenant);
    // META-001
    if tenant.is_empty() {
        return Err(fault(fields, fields.tenant, "META-001"));
    }
    // META-002
    if tenant.len() > MAX_TENANT_LEN {
        return Err(fault(fields, fields.tenant, "META-002"));
    }
    // META-003
    if value(fields.boot_nonce).len() != 8 {
        return Err(fault(fields, fields.boot_nonce, "META-003"));
    }
    // META-004
    let trace_id = value(fields.trace_id);
    if !trace_id.is_empty() && (trace_id.len() != 16 || trace_id == [0; 16]) {
        return Err(fault(fields, fields.trace_id, "META-004"));
    }
    Ok(())
}

fn drop_reasons(fields: &Found<'_>, prelude: &Prelude) -> Result<(), Error> {
    let reasons = Varints::new(value(fields.drop_reason));
    let counts = Varints::new(value(fields.drop_reason_count));
    // META-005
    if reasons.len() != counts.len() {
        return Err(fault(fields, fields.drop_reason, "META-005"));
    }
    // META-006
    if reasons.len() > MAX_DROP_REASONS {
        return Err(fault(fields, fields.drop_reason, "META-006"));
    }
    // META-007
    let repeated = |(index, reason)| reasons.clone().take(index).any(|earlier| earlier == reason);
    if reasons.clone().any(|reason| reason == 0) || reasons.clone().enumerate().any(repeated) {
        return Err(fault(fields, fields.drop_reason, "META-007"));
    }
    // META-008
    if counts.clone().any(|count| count == 0) {
        return Err(fault(fields, fields.drop_reason_count, "META-008"));
    }
    // META-009: at most 32 values of 32 bits each.
    if counts.sum::<u64>() != u64::from(prelude.drop_count) {
        return Err(fault(fields, fields.drop_reason_count, "META-009"));
    }
    // META-010
    let total = fields.dropped_total.map_or(0, |field| field.number());
    if total < u64::from(prelude.drop_count) {
        return Err(fault(fields, fields.dropped_total, "META-010"));
    }
    Ok(())
}

fn contexts(fields: &Found<'_>) -> Result<(), Error> {
    // META-011
    if fields.extra_context.is_some() {
        return Err(fault(fields, fields.extra_context, "META-011"));
    }
    // META-012
    if fields.bad_context.is_some() {
        return Err(fault(fields, fields.bad_context, "META-012"));
    }
    Ok(())
}

fn redaction(fields: &Found<'_>) -> Result<(), Error> {
    // META-013
    if let Some(field) = fields.redaction {
        let reason = Redaction::read(field.bytes()).reason;
        if reason.is_empty() || reason.len() > MAX_REDACTION_REASON_LEN {
            return Err(fault(fields, Some(field), "META-013"));
        }
    }
    Ok(())
}
