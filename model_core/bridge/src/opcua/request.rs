//! Requests as they come in (opcua.h), and each carried out.

use std::sync::atomic::AtomicBool;
use std::sync::Arc;

use opcua::client::Session;
use serde::Deserialize;
use serde_json::Value;

use super::conditions::{acknowledge, conditions};
use super::failure::Failure;
use super::values::{history, read, state};
use super::write::write;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    Read { nodes: Vec<String> },
    History { node: String, from: String, to: String, limit: usize },
    Conditions {},
    Acknowledge { condition: String, event: String, comment: String },
    Write { node: String, value: f64 },
    State {},
}

/// `sent` is set once a request is out that changes something at the other side.
pub async fn perform(session: &Arc<Session>, request: &Request, sent: &AtomicBool) -> Result<Value, Failure> {
    match request {
        Request::Read { nodes } => read(session, nodes).await,
        Request::History { node, from, to, limit } => history(session, node, from, to, *limit).await,
        Request::Conditions {} => conditions(session).await,
        Request::Acknowledge { condition, event, comment } => acknowledge(session, condition, event, comment).await,
        Request::Write { node, value } => write(session, node, *value, sent).await,
        Request::State {} => state(session).await,
    }
}
