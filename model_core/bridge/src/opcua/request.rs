//! Requests as they come in (opcua.h), and each carried out.

use std::sync::Arc;

use opcua::client::Session;
use serde::Deserialize;
use serde_json::Value;

use super::conditions::{acknowledge, conditions};
use super::failure::Failure;
use super::values::{history, read, state};

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    Read { nodes: Vec<String> },
    History { node: String, from: String, to: String, limit: usize },
    Conditions {},
    Acknowledge { condition: String, event: String, comment: String },
    State {},
}

pub async fn perform(session: &Arc<Session>, request: &Request) -> Result<Value, Failure> {
    match request {
        Request::Read { nodes } => read(session, nodes).await,
        Request::History { node, from, to, limit } => history(session, node, from, to, *limit).await,
        Request::Conditions {} => conditions(session).await,
        Request::Acknowledge { condition, event, comment } => acknowledge(session, condition, event, comment).await,
        Request::State {} => state(session).await,
    }
}
