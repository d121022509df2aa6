//! One value written to one node, as the type that the node has.

use std::sync::atomic::{AtomicBool, Ordering};

use opcua::client::Session;
use opcua::types::{
    AttributeId, DataValue, NodeId, NumericRange, ReadValueId, StatusCode, TimestampsToReturn, Variant,
    VariantScalarTypeId, WriteValue,
};
use serde_json::{json, Value};

use super::failure::Failure;
use super::values::{node, variant_json};

/// `sent` is set when the request goes out: whatever fails after that may have been carried out.
pub async fn write(session: &Session, id: &str, value: f64, sent: &AtomicBool) -> Result<Value, Failure> {
    let id = node(session, id).await?;
    let kind = match scalar_type(session, &id).await? {
        Ok(kind) => kind,
        Err(status) => return Ok(answer(status, Value::Null, Value::Null)),
    };
    let Some(variant) = converted(value, kind) else {
        return Ok(answer(StatusCode::BadTypeMismatch, json!(kind.to_string()), Value::Null));
    };
    let written = variant_json(&variant);
    // Value alone: many servers refuse a status or a time stamp from a client (Part 4, 5.10.4).
    let request = WriteValue {
        node_id: id,
        attribute_id: AttributeId::Value as u32,
        index_range: NumericRange::None,
        value: DataValue::value_only(variant),
    };
    sent.store(true, Ordering::SeqCst);
    let results = session.write(&[request]).await?;
    let status = results.first().ok_or_else(|| Failure::new("malformed_upstream", "no write result"))?;
    Ok(answer(*status, json!(kind.to_string()), written))
}

fn answer(status: StatusCode, kind: Value, written: Value) -> Value {
    json!({"status": status.bits(), "status_name": status.to_string(), "type": kind, "written": written})
}

/// The node's built-in type: as its DataType says, or its present value where that is a type derived from one.
async fn scalar_type(session: &Session, id: &NodeId) -> Result<Result<VariantScalarTypeId, StatusCode>, Failure> {
    let wanted = [AttributeId::DataType, AttributeId::Value].map(|attribute| ReadValueId {
        node_id: id.clone(),
        attribute_id: attribute as u32,
        ..Default::default()
    });
    let read = session.read(&wanted, TimestampsToReturn::Neither, 0.0).await?;
    let [declared, current] = read.as_slice() else {
        return Err(Failure::new("malformed_upstream", format!("{} values for 2 attributes", read.len())));
    };
    if let Some(bad) = declared.status.filter(StatusCode::is_bad) {
        return Ok(Err(bad));
    }
    let standard = match &declared.value {
        Some(Variant::NodeId(kind)) if kind.namespace == 0 => kind.as_u32(),
        _ => None,
    };
    let declared = standard.and_then(|number| VariantScalarTypeId::try_from(number).ok()).filter(is_number);
    match &current.value {
        Some(Variant::Array(_)) => Ok(Err(StatusCode::BadTypeMismatch)),
        value => {
            let shown = || value.as_ref().and_then(Variant::scalar_type_id).filter(is_number);
            Ok(declared.or_else(shown).ok_or(StatusCode::BadTypeMismatch))
        }
    }
}

fn is_number(kind: &VariantScalarTypeId) -> bool {
    (VariantScalarTypeId::Boolean as u32..=VariantScalarTypeId::Double as u32).contains(&(*kind as u32))
}

fn whole<T: TryFrom<i128>>(value: f64) -> Option<T> {
    let is_whole = value.is_finite() && value.fract() == 0.0;
    is_whole.then_some(value as i128).and_then(|v| T::try_from(v).ok())
}

/// None: the type cannot hold the value. Only Float rounds.
fn converted(value: f64, kind: VariantScalarTypeId) -> Option<Variant> {
    match kind {
        VariantScalarTypeId::Boolean => whole::<u8>(value).filter(|v| *v < 2).map(|v| Variant::from(v == 1)),
        VariantScalarTypeId::SByte => whole::<i8>(value).map(Variant::from),
        VariantScalarTypeId::Byte => whole::<u8>(value).map(Variant::from),
        VariantScalarTypeId::Int16 => whole::<i16>(value).map(Variant::from),
        VariantScalarTypeId::UInt16 => whole::<u16>(value).map(Variant::from),
        VariantScalarTypeId::Int32 => whole::<i32>(value).map(Variant::from),
        VariantScalarTypeId::UInt32 => whole::<u32>(value).map(Variant::from),
        VariantScalarTypeId::Int64 => whole::<i64>(value).map(Variant::from),
        VariantScalarTypeId::UInt64 => whole::<u64>(value).map(Variant::from),
        VariantScalarTypeId::Float => Some(value as f32).filter(|v| v.is_finite()).map(Variant::from),
        VariantScalarTypeId::Double => Some(value).filter(|v| v.is_finite()).map(Variant::from),
        _ => None,
    }
}
