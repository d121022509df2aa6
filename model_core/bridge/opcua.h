/* C ABI of the bridge's OPC UA client (src/opcua/, over the crate async-opcua). Codes and buffers
 * as in bridge.h. A client keeps one session and opens it when it is needed; it is safe to share
 * between threads. Requests and answers are JSON, so that status codes and time stamps come up
 * unchanged.
 *
 * options: {"url","security":"none|sign|sign_encrypt","user","password","pki"}; with security the
 * policy is Basic256Sha256 and the own key pair lies in pki/own and pki/private (made when absent).
 * An unknown server is refused and its certificate put into pki/rejected; with its certificate
 * (DER, any name) in pki/trusted it is trusted.
 *
 * Node ids are "ns=2;s=TI-101", or "nsu=urn:plant;s=TI-101" with the namespace by name.
 * Request and answer, by "op" (times RFC 3339, status: OPC UA status code as number, value: number,
 * text, bool or null):
 *   read        {"nodes":[…]}
 *               {"values":[{"value","status","source_time","server_time"}]}
 *   history     {"node","from","to","limit"}
 *               {"values":[…as above…],"status","more":bool}
 *   conditions  {}
 *               {"complete":bool,"conditions":[{"condition","event","name","source","message",
 *               "severity","time","active_since","active","acked","retain","quality"}]}
 *               by ConditionRefresh
 *   acknowledge {"condition","event","comment"}
 *               {"status"}
 *   write       {"node","value":number}
 *               {"status","status_name","type","written"}
 *               the value as the node's type holds it; written null: nothing was sent, since the
 *               node is not there, or its type cannot hold the value
 *   state       {}
 *               {"status","value"}
 *               Server_ServerStatus_State
 * On code 1 `out` is {"code":"unreachable|auth|timeout|malformed_upstream|invalid_argument",
 * "message","sent":bool}; sent: a write was on its way, and may have been carried out. */
#pragma once

#include "model_core/bridge/bridge.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct maru_opcua_client maru_opcua_client;
int32_t maru_opcua_new(const uint8_t* options, size_t options_size, maru_opcua_client** handle,
                       maru_buffer* error);
void maru_opcua_free(maru_opcua_client* client);
/* Blocks until the answer, or timeout_ms. */
int32_t maru_opcua_call(maru_opcua_client* client, const uint8_t* request, size_t request_size,
                        uint64_t timeout_ms, maru_buffer* out);

#ifdef __cplusplus
}
#endif
