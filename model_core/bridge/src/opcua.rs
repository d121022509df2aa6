//! `async-opcua`: an OPC UA client that keeps one session and opens it when it is needed. Requests and answers are
//! JSON (opcua.h). A broken session is replaced at the next request; nothing is retried behind the caller's back.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opcua::client::{Client, ClientBuilder, EventCallback, HistoryReadAction, IdentityToken, Password, Session};
use opcua::core::comms::url::hostname_from_url;
use opcua::crypto::{CertificateStore, SecurityPolicy, X509};
use opcua::types::{
    AttributeId, ByteString, CallMethodRequest, ContentFilter, DataValue, DateTime, EndpointDescription, EventFilter,
    ExtensionObject, HistoryData, HistoryReadValueId, LocalizedText, MessageSecurityMode, MethodId,
    MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId, NumericRange, ObjectId, ObjectTypeId,
    QualifiedName, ReadRawModifiedDetails, ReadValueId, SimpleAttributeOperand, StatusCode, TimestampsToReturn,
    VariableId, Variant,
};
use serde::Deserialize;
use serde_json::{json, Value};
use tokio::sync::{mpsc, Mutex as AsyncMutex};
use tokio::task::JoinHandle;

use crate::ffi::{free_handle, guard, guard_new, text, Buffer};

const HISTORY_CHUNK: u32 = 5_000;
const REQUEST_MAX: Duration = Duration::from_secs(600);
const REFRESH_MAX: Duration = Duration::from_secs(8);

#[derive(Deserialize)]
struct Options {
    url: String,
    security: String,
    user: String,
    password: String,
    pki: String,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Request {
    Read { nodes: Vec<String> },
    History { node: String, from: String, to: String, limit: usize },
    Conditions {},
    Acknowledge { condition: String, event: String, comment: String },
    State {},
}

/// What went wrong, in the words of the tools.
#[derive(Debug)]
struct Failure {
    code: &'static str,
    message: String,
    lost: bool,
}

impl Failure {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Failure { code, message: message.into(), lost: false }
    }

    fn json(&self) -> String {
        json!({"code": self.code, "message": self.message}).to_string()
    }
}

impl From<StatusCode> for Failure {
    fn from(status: StatusCode) -> Self {
        let name = format!("{status}");
        let code = match status {
            StatusCode::BadTimeout | StatusCode::BadRequestTimeout => "timeout",
            StatusCode::BadUserAccessDenied
            | StatusCode::BadIdentityTokenRejected
            | StatusCode::BadIdentityTokenInvalid
            | StatusCode::BadCertificateUntrusted
            | StatusCode::BadSecurityChecksFailed
            | StatusCode::BadSecurityPolicyRejected
            | StatusCode::BadSecurityModeRejected => "auth",
            StatusCode::BadDecodingError | StatusCode::BadEncodingLimitsExceeded => "malformed_upstream",
            StatusCode::BadNodeIdInvalid => "invalid_argument",
            _ if name.starts_with("BadCertificate") => "auth",
            _ => "unreachable",
        };
        Failure { code, message: name, lost: true }
    }
}

struct Live {
    session: Arc<Session>,
    pump: JoinHandle<StatusCode>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

pub struct OpcUaClient {
    options: Options,
    live: AsyncMutex<Option<Live>>,
    runtime: Mutex<Option<tokio::runtime::Runtime>>,
    handle: tokio::runtime::Handle,
}

impl Drop for OpcUaClient {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.get_mut().ok().and_then(Option::take) {
            runtime.block_on(async {
                if let Some(live) = self.live.get_mut().take() {
                    let _ = tokio::time::timeout(Duration::from_secs(1), live.session.disconnect()).await;
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

impl OpcUaClient {
    fn new(options: &str) -> Result<Self, String> {
        let options: Options = serde_json::from_str(options).map_err(|e| format!("options: {e}"))?;
        mode(&options.security).ok_or_else(|| format!("unknown security '{}'", options.security))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("opcua")
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        let handle = runtime.handle().clone();
        Ok(OpcUaClient { options, live: AsyncMutex::new(None), runtime: Mutex::new(Some(runtime)), handle })
    }

    fn call(&self, request: &str, timeout: Duration) -> Result<Value, Failure> {
        let request: Request =
            serde_json::from_str(request).map_err(|e| Failure::new("invalid_argument", e.to_string()))?;
        self.handle.block_on(async {
            let timeout = timeout.min(REQUEST_MAX);
            match tokio::time::timeout(timeout, self.answer(&request)).await {
                Ok(result) => result,
                Err(_) => Err(Failure::new("timeout", format!("no answer in {} ms", timeout.as_millis()))),
            }
        })
    }

    async fn answer(&self, request: &Request) -> Result<Value, Failure> {
        let session = self.session().await?;
        let result = perform(&session, request).await;
        if matches!(&result, Err(failure) if failure.lost) {
            self.live.lock().await.take();
        }
        result
    }

    async fn session(&self) -> Result<Arc<Session>, Failure> {
        let mut live = self.live.lock().await;
        if let Some(open) = live.as_ref() {
            if !open.pump.is_finished() {
                return Ok(open.session.clone());
            }
        }
        live.take();
        let opened = self.open().await?;
        let session = opened.session.clone();
        *live = Some(opened);
        Ok(session)
    }

    async fn open(&self) -> Result<Live, Failure> {
        if self.options.security != "none" {
            trust_by_content(Path::new(&self.options.pki));
        }
        let mut client = client_builder(&self.options)
            .client()
            .map_err(|errors| Failure::new("invalid_argument", errors.join("; ")))?;
        let url = self.options.url.as_str();
        let endpoints = client.get_server_endpoints_from_url(url).await.map_err(failed)?;
        let (policy, mode) = mode(&self.options.security).unwrap_or((SecurityPolicy::None, MessageSecurityMode::None));
        let endpoint = Client::find_matching_endpoint(&endpoints, url, policy, mode)
            .ok_or_else(|| Failure::new("auth", format!("no endpoint with security {}", self.options.security)))?;
        if policy != SecurityPolicy::None {
            check_certificate(&endpoint)?;
        }
        let (session, pump) = client.connect_to_endpoint_directly(endpoint, identity(&self.options)).map_err(failed)?;
        let mut live = Live { session, pump: pump.spawn() };
        let connected = tokio::select! {
            connected = live.session.wait_for_connection() => connected,
            ended = &mut live.pump => return Err(ended.unwrap_or(StatusCode::BadUnexpectedError).into()),
        };
        match connected {
            true => Ok(live),
            false => Err(StatusCode::BadConnectionRejected.into()),
        }
    }
}

fn failed(error: opcua::types::Error) -> Failure {
    Failure { message: error.to_string(), ..error.status().into() }
}

fn mode(security: &str) -> Option<(SecurityPolicy, MessageSecurityMode)> {
    match security {
        "none" => Some((SecurityPolicy::None, MessageSecurityMode::None)),
        "sign" => Some((SecurityPolicy::Basic256Sha256, MessageSecurityMode::Sign)),
        "sign_encrypt" => Some((SecurityPolicy::Basic256Sha256, MessageSecurityMode::SignAndEncrypt)),
        _ => None,
    }
}

/// What the crate checks with `verify_server_certs`, but with the application's URI anywhere among the names: the crate
/// wants it first, Part 6 (6.2.2) does not. That the certificate is trusted, the crate checks in any case.
fn check_certificate(endpoint: &EndpointDescription) -> Result<(), Failure> {
    let certificate = X509::from_byte_string(&endpoint.server_certificate).map_err(failed)?;
    let host = hostname_from_url(endpoint.endpoint_url.as_ref())
        .map_err(|_| Failure::new("invalid_argument", "the url names no host"))?;
    let application = endpoint.server.application_uri.as_ref();
    certificate.is_time_valid(&DateTime::now().as_chrono())?;
    certificate.is_hostname_valid(&host)?;
    Ok(certificate.is_application_uri_valid(application).or_else(|_| certificate.is_hostname_valid(application))?)
}

/// The crate looks a trusted certificate up by a file name made of its subject and thumbprint. A person who trusts a
/// server puts its certificate there under any name; this gives it the other, and takes it out of rejected/.
fn trust_by_content(pki: &Path) {
    let files = std::fs::read_dir(pki.join("trusted")).into_iter().flatten().flatten();
    let paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    for path in paths {
        let Ok(certificate) = CertificateStore::read_cert(&path) else { continue };
        let name = CertificateStore::cert_file_name(&certificate);
        let looked_up = pki.join("trusted").join(&name);
        if looked_up != path && !looked_up.exists() {
            let _ = std::fs::copy(&path, &looked_up);
        }
        let _ = std::fs::remove_file(pki.join("rejected").join(&name));
    }
}

fn client_builder(options: &Options) -> ClientBuilder {
    ClientBuilder::new()
        .application_name("Maru")
        .application_uri("urn:maru:opcua")
        .product_uri("urn:maru")
        .create_sample_keypair(options.security != "none")
        .trust_server_certs(false)
        .verify_server_certs(false)
        .pki_dir(&options.pki)
        .certificate_path("own/maru.der")
        .private_key_path("private/maru.pem")
        .session_retry_limit(0)
        .recreate_subscriptions(false)
        .max_array_length(100_000)
        .max_string_length(1 << 20)
        .max_message_size(64 << 20)
        .max_chunk_count(4_096)
        .request_timeout(Duration::from_secs(30))
}

fn identity(options: &Options) -> IdentityToken {
    match options.user.is_empty() {
        true => IdentityToken::Anonymous,
        false => IdentityToken::UserName(options.user.clone(), Password::new(options.password.clone())),
    }
}

async fn perform(session: &Arc<Session>, request: &Request) -> Result<Value, Failure> {
    match request {
        Request::Read { nodes } => read(session, nodes).await,
        Request::History { node, from, to, limit } => history(session, node, from, to, *limit).await,
        Request::Conditions {} => conditions(session).await,
        Request::Acknowledge { condition, event, comment } => acknowledge(session, condition, event, comment).await,
        Request::State {} => state(session).await,
    }
}

/// "ns=2;s=TI-101", or with the namespace by name, whose index a server may change: "nsu=urn:plant;s=TI-101".
async fn node(session: &Session, id: &str) -> Result<NodeId, Failure> {
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

async fn read(session: &Session, nodes: &[String]) -> Result<Value, Failure> {
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

async fn state(session: &Session) -> Result<Value, Failure> {
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

fn variant_json(value: &Variant) -> Value {
    match value {
        Variant::Boolean(v) => json!(v),
        Variant::String(v) => json!(v.as_ref()),
        Variant::LocalizedText(v) => json!(v.text.as_ref()),
        Variant::DateTime(v) => json!(v.to_rfc3339()),
        Variant::NodeId(v) => json!(v.to_string()),
        Variant::ByteString(v) => json!(v.as_base64()),
        Variant::StatusCode(v) => json!(v.bits()),
        Variant::QualifiedName(v) => json!(v.name.as_ref()),
        other => other.as_f64().map_or(Value::Null, |v| json!(v)),
    }
}

async fn history(session: &Session, id: &str, from: &str, to: &str, limit: usize) -> Result<Value, Failure> {
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
async fn conditions(session: &Arc<Session>) -> Result<Value, Failure> {
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
    let made =
        session.create_monitored_items(subscription, TimestampsToReturn::Both, vec![event_item(server)]).await?;
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

async fn acknowledge(session: &Session, condition: &str, event: &str, comment: &str) -> Result<Value, Failure> {
    let event = ByteString::from_base64(event).ok_or_else(|| Failure::new("invalid_argument", "event is no base64"))?;
    let method: NodeId = MethodId::AcknowledgeableConditionType_Acknowledge.into();
    let arguments = vec![Variant::from(event), Variant::from(LocalizedText::new("", comment))];
    let called = session.call_one(CallMethodRequest::from((node(session, condition).await?, method, Some(arguments)))).await?;
    Ok(json!({"status": called.status_code.bits()}))
}

/// # Safety
/// Pointers as in opcua.h.
#[no_mangle]
pub unsafe extern "C" fn maru_opcua_new(
    options: *const u8,
    options_size: usize,
    handle: *mut *mut OpcUaClient,
    error: *mut Buffer,
) -> i32 {
    guard_new(handle, error, || OpcUaClient::new(text(options, options_size)?))
}

/// # Safety
/// As for every handle in bridge.h.
#[no_mangle]
pub unsafe extern "C" fn maru_opcua_free(client: *mut OpcUaClient) {
    free_handle(client)
}

/// # Safety
/// Pointers as in opcua.h.
#[no_mangle]
pub unsafe extern "C" fn maru_opcua_call(
    client: *const OpcUaClient,
    request: *const u8,
    request_size: usize,
    timeout_ms: u64,
    out: *mut Buffer,
) -> i32 {
    guard(out, || {
        let request = text(request, request_size)?;
        let answer = (*client).call(request, Duration::from_millis(timeout_ms));
        answer.map(|value| value.to_string().into_bytes()).map_err(|failure| failure.json())
    })
}
