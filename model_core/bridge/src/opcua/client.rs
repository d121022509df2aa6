//! The client: one session, opened when it is needed, behind calls that block.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opcua::client::{Client, Session};
use opcua::crypto::SecurityPolicy;
use opcua::types::{MessageSecurityMode, StatusCode};
use serde_json::Value;
use tokio::sync::Mutex as AsyncMutex;
use tokio::task::JoinHandle;

use super::connect::{check_certificate, client_builder, identity, mode, trust_by_content, Options};
use super::failure::{failed, Failure};
use super::request::{perform, Request};

const REQUEST_MAX: Duration = Duration::from_secs(600);

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
    pub fn new(options: &str) -> Result<Self, String> {
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

    pub fn call(&self, request: &str, timeout: Duration) -> Result<Value, Failure> {
        let request: Request =
            serde_json::from_str(request).map_err(|e| Failure::new("invalid_argument", e.to_string()))?;
        self.handle.block_on(async {
            let timeout = timeout.min(REQUEST_MAX);
            let sent = AtomicBool::new(false);
            let result = match tokio::time::timeout(timeout, self.answer(&request, &sent)).await {
                Ok(result) => result,
                Err(_) => Err(Failure::new("timeout", format!("no answer in {} ms", timeout.as_millis()))),
            };
            result.map_err(|failure| self.with_sent(failure, sent.load(Ordering::SeqCst)))
        })
    }

    /// A write whose answer did not come ends the session, lest it go out after it was given up.
    fn with_sent(&self, failure: Failure, sent: bool) -> Failure {
        if sent {
            if let Ok(mut live) = self.live.try_lock() {
                live.take();
            }
        }
        Failure { sent, ..failure }
    }

    async fn answer(&self, request: &Request, sent: &AtomicBool) -> Result<Value, Failure> {
        let session = self.session().await?;
        let result = perform(&session, request, sent).await;
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
