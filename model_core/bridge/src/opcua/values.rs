//! Values of nodes: now, and as the server recorded them.

use std::str::FromStr;

use opcua::client::{HistoryReadAction, Session};
use opcua::types::{
    ByteString, DataValue, DateTime, HistoryData, HistoryReadValueId, NodeId, ReadRawModifiedDetails, ReadValueId,
    StatusCode, TimestampsToReturn, VariableId, Variant,
};
use serde_json::{json, Value};

use super::failure::Failure;

const HISTORY_CHUNK: u32 = 5_000;

/// "ns=2;s=TI-101", or with the namespace by name, whose index a server may change: "nsu=urn:plant;s=TI-101".
pub async fn node(session: &Session, id: &str) -> Result<NodeId, Failure> {
    let bad = || Failure::new("invalid_argument", format!("'{id}' is no node id of this server"));
    let Some((uri, rest)) = id.strip_prefix("nsu=").and_then(|named| named.split_once(';')) else {
        return NodeId::from_str(id).map_err(|_| bad());
    };
    let index = match session.get_namespace_index_from_cache(uri) {
        Some(index) => index,
        None => session.get_namespace_index(uri).await.map_err(|_| bad())?,
    };
    NodeId::from_str(&format!("ns={index};{rest}")).map_err(|_| bad())
}

fn time(value: &str) -> Result<DateTime, Failure> {
    DateTime::parse_from_rfc3339(value).map_err(|e| Failure::new("invalid_argument", format!("'{value}': {e}")))
}

pub async fn read(session: &Session, nodes: &[String]) -> Result<Value, Failure> {
    let mut ids: Vec<ReadValueId> = Vec::with_capacity(nodes.len());
    for id in nodes {
        ids.push(node(session, id).await?.into());
    }
    let values = session.read(&ids, TimestampsToReturn::Both, 0.0).await?;
    if values.len() != ids.len() {
        return Err(Failure::new("malformed_upstream", format!("{} values for {} nodes", values.len(), ids.len())));
    }
    Ok(json!({"values": values.iter().map(value_json).collect::<Vec<_>>()}))
}

pub async fn state(session: &Session) -> Result<Value, Failure> {
    let id: NodeId = VariableId::Server_ServerStatus_State.into();
    let values = session.read(&[id.into()], TimestampsToReturn::Both, 0.0).await?;
    let value = values.first().ok_or_else(|| Failure::new("malformed_upstream", "no server state"))?;
    Ok(value_json(value))
}

fn value_json(value: &DataValue) -> Value {
    json!({
        "value": value.value.as_ref().map_or(Value::Null, variant_json),
        "status": value.status.map_or(0, |s| s.bits()),
        "source_time": value.source_timestamp.map(|t| t.to_rfc3339()),
        "server_time": value.server_timestamp.map(|t| t.to_rfc3339()),
    })
}

pub fn variant_json(value: &Variant) -> Value {
    match value {
        Variant::Boolean(v) => json!(v),
        Variant::String(v) => json!(v.as_ref()),
        Variant::LocalizedText(v) => json!(v.text.as_ref()),
        Variant::DateTime(v) => json!(v.to_rfc3339()),
        Variant::NodeId(v) => json!(v.to_string()),
        Variant::ByteString(v) => json!(v.as_base64()),
        Variant::StatusCode(v) => json!(v.bits()),
        Variant::QualifiedName(v) => json!(v.name.as_ref()),
        Variant::Float(v) => shortest(*v),
        other => other.as_f64().map_or(Value::Null, |v| json!(v)),
    }
}

/// A Float in the fewest digits that tell it from its neighbours: 6.4, not 6.400000095367432.
fn shortest(value: f32) -> Value {
    value.to_string().parse::<f64>().map_or(Value::Null, |v| json!(v))
}

pub async fn history(session: &Session, id: &str, from: &str, to: &str, limit: usize) -> Result<Value, Failure> {
    let (id, start, end) = (node(session, id).await?, time(from)?, time(to)?);
    let mut values: Vec<Value> = Vec::new();
    let mut point = ByteString::null();
    loop {
        let details = ReadRawModifiedDetails {
            is_read_modified: false,
            start_time: start,
            end_time: end,
            num_values_per_node: HISTORY_CHUNK,
            return_bounds: false,
        };
        let (status, next) = history_chunk(session, &id, details, point, &mut values).await?;
        let over = values.len() > limit;
        values.truncate(limit);
        if next.is_null_or_empty() || over {
            return Ok(json!({"values": values, "status": status.bits(), "more": over}));
        }
        point = next;
    }
}

async fn history_chunk(
    session: &Session,
    id: &NodeId,
    details: ReadRawModifiedDetails,
    point: ByteString,
    values: &mut Vec<Value>,
) -> Result<(StatusCode, ByteString), Failure> {
    let wanted = HistoryReadValueId { node_id: id.clone(), continuation_point: point, ..Default::default() };
    let results = session
        .history_read(HistoryReadAction::ReadRawModifiedDetails(details), TimestampsToReturn::Both, false, &[wanted])
        .await?;
    let result = results.into_iter().next().ok_or_else(|| Failure::new("malformed_upstream", "no history result"))?;
    if let Some(data) = result.history_data.inner_as::<HistoryData>() {
        values.extend(data.data_values.iter().flatten().map(value_json));
    } else if !result.status_code.is_bad() && !result.history_data.is_null() {
        return Err(Failure::new("malformed_upstream", "history of an unknown form"));
    }
    Ok((result.status_code, result.continuation_point))
}
