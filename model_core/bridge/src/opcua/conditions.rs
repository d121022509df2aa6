//! Conditions: those that the server retains now, and people's acknowledgement of them.

use std::sync::Arc;
use std::time::Duration;

use opcua::client::{EventCallback, Session};
use opcua::types::{
    AttributeId, ByteString, CallMethodRequest, ContentFilter, EventFilter, ExtensionObject, LocalizedText, MethodId,
    MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId, NumericRange, ObjectId, ObjectTypeId,
    QualifiedName, ReadValueId, SimpleAttributeOperand, TimestampsToReturn, Variant,
};
use serde_json::{json, Value};
use tokio::sync::mpsc;

use super::failure::Failure;
use super::values::{node, variant_json};

const REFRESH_MAX: Duration = Duration::from_secs(8);

/// Name in the answer, the type that declares the field, its browse path; an empty path is the condition's NodeId.
const FIELDS: [(&str, ObjectTypeId, &str); 15] = [
    ("type", ObjectTypeId::BaseEventType, "EventType"),
    ("event", ObjectTypeId::BaseEventType, "EventId"),
    ("source", ObjectTypeId::BaseEventType, "SourceName"),
    ("message", ObjectTypeId::BaseEventType, "Message"),
    ("severity", ObjectTypeId::BaseEventType, "Severity"),
    ("time", ObjectTypeId::BaseEventType, "Time"),
    ("name", ObjectTypeId::ConditionType, "ConditionName"),
    ("retain", ObjectTypeId::ConditionType, "Retain"),
    ("quality", ObjectTypeId::ConditionType, "Quality"),
    ("branch", ObjectTypeId::ConditionType, "BranchId"),
    ("acked", ObjectTypeId::AcknowledgeableConditionType, "AckedState/Id"),
    ("active", ObjectTypeId::AlarmConditionType, "ActiveState/Id"),
    ("active_since", ObjectTypeId::AlarmConditionType, "ActiveState/TransitionTime"),
    ("suppressed", ObjectTypeId::AlarmConditionType, "SuppressedOrShelved"),
    ("condition", ObjectTypeId::ConditionType, ""),
];

fn event_filter() -> EventFilter {
    let clause = |(_, declared_by, path): &(&str, ObjectTypeId, &str)| match path.is_empty() {
        false => SimpleAttributeOperand::new_value(*declared_by, path),
        true => SimpleAttributeOperand {
            type_definition_id: (*declared_by).into(),
            browse_path: None,
            attribute_id: AttributeId::NodeId as u32,
            index_range: NumericRange::None,
        },
    };
    EventFilter {
        select_clauses: Some(FIELDS.iter().map(clause).collect()),
        where_clause: ContentFilter { elements: None },
    }
}

/// The conditions that the server retains now: a subscription of one breath, filled by ConditionRefresh.
pub async fn conditions(session: &Arc<Session>) -> Result<Value, Failure> {
    let (sender, mut events) = mpsc::unbounded_channel();
    let callback = EventCallback::new(move |fields, _| {
        let _ = sender.send(fields.unwrap_or_default());
    });
    let id = session.create_subscription(Duration::from_millis(50), 600, 20, 0, 0, true, callback).await?;
    let result = refresh(session, id, &mut events).await;
    let _ = session.delete_subscription(id).await;
    result
}

async fn refresh(
    session: &Session,
    subscription: u32,
    events: &mut mpsc::UnboundedReceiver<Vec<Variant>>,
) -> Result<Value, Failure> {
    let server: NodeId = ObjectId::Server.into();
    let made = session.create_monitored_items(subscription, TimestampsToReturn::Both, vec![event_item(server)]).await?;
    if let Some(bad) = made.iter().find(|item| item.result.status_code.is_bad()) {
        return Err(Failure::new("malformed_upstream", format!("events refused: {}", bad.result.status_code)));
    }
    let type_id: NodeId = ObjectTypeId::ConditionType.into();
    let method: NodeId = MethodId::ConditionType_ConditionRefresh.into();
    let arguments = Some(vec![Variant::UInt32(subscription)]);
    let called = session.call_one(CallMethodRequest::from((type_id, method, arguments))).await?;
    if called.status_code.is_bad() {
        return Err(Failure::new("malformed_upstream", format!("ConditionRefresh refused: {}", called.status_code)));
    }
    Ok(collect(events).await)
}

fn event_item(node_id: NodeId) -> MonitoredItemCreateRequest {
    MonitoredItemCreateRequest {
        item_to_monitor: ReadValueId {
            node_id,
            attribute_id: AttributeId::EventNotifier as u32,
            index_range: NumericRange::None,
            data_encoding: QualifiedName::null(),
        },
        monitoring_mode: MonitoringMode::Reporting,
        requested_parameters: MonitoringParameters {
            client_handle: 0,
            sampling_interval: 0.0,
            filter: ExtensionObject::from_message(event_filter()),
            queue_size: 10_000,
            discard_oldest: false,
        },
    }
}

/// What comes between RefreshStart and RefreshEnd; a later state of a condition replaces an earlier one.
async fn collect(events: &mut mpsc::UnboundedReceiver<Vec<Variant>>) -> Value {
    let end: NodeId = ObjectTypeId::RefreshEndEventType.into();
    let start: NodeId = ObjectTypeId::RefreshStartEventType.into();
    let mut found = serde_json::Map::new();
    let mut complete = false;
    let limit = tokio::time::Instant::now() + REFRESH_MAX;
    while let Ok(Some(fields)) = tokio::time::timeout_at(limit, events.recv()).await {
        match fields.first() {
            Some(Variant::NodeId(kind)) if **kind == end => {
                complete = true;
                break;
            }
            Some(Variant::NodeId(kind)) if **kind == start => continue,
            _ => {}
        }
        let event = event_json(&fields);
        let Some(condition) = event["condition"].as_str() else { continue };
        if event["branch"].as_str().map_or(true, |branch| branch == "i=0") {
            found.insert(condition.to_string(), event);
        }
    }
    json!({"complete": complete, "conditions": found.values().collect::<Vec<_>>()})
}

fn event_json(fields: &[Variant]) -> Value {
    let named = FIELDS.iter().zip(fields).map(|((name, _, _), value)| (name.to_string(), variant_json(value)));
    Value::Object(named.collect())
}

pub async fn acknowledge(session: &Session, condition: &str, event: &str, comment: &str) -> Result<Value, Failure> {
    let event = ByteString::from_base64(event).ok_or_else(|| Failure::new("invalid_argument", "event is no base64"))?;
    let method: NodeId = MethodId::AcknowledgeableConditionType_Acknowledge.into();
    let arguments = vec![Variant::from(event), Variant::from(LocalizedText::new("", comment))];
    let request = CallMethodRequest::from((node(session, condition).await?, method, Some(arguments)));
    let called = session.call_one(request).await?;
    Ok(json!({"status": called.status_code.bits()}))
}
