//! What went wrong, in the words of the tools.

use opcua::types::StatusCode;
use serde_json::json;

#[derive(Debug)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
    pub lost: bool, // the session cannot be used again
    pub sent: bool, // a write was on its way: it may have been carried out
}

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Failure { code, message: message.into(), lost: false, sent: false }
    }

    pub fn json(&self) -> String {
        json!({"code": self.code, "message": self.message, "sent": self.sent}).to_string()
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
        Failure { code, message: name, lost: true, sent: false }
    }
}

pub fn failed(error: opcua::types::Error) -> Failure {
    Failure { message: error.to_string(), ..error.status().into() }
}
