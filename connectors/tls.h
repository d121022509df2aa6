// TLS to one outside system, for connectors that keep a connection of their own (MQTT, TAK).
//
// The server's chain, dates and host name are checked in the handshake, before anything of ours is
// sent; nothing switches that off, and nothing falls back to plain TCP. TLS 1.2 at least.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model_core/base/status.h"
#include "tools/tool.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace connectors {

struct TlsFiles {
  std::string ca_file;    // PEM: who may sign the server's certificate; empty: no TLS
  std::string cert_file;  // PEM: our chain, for mutual TLS; empty: none
  std::string key_file;   // PEM, without a passphrase; empty: the key stands in cert_file

  bool on() const { return !ca_file.empty(); }
};

// What a handshake met. Plain values; `Fault` puts them into words.
struct TlsTrace {
  int verify_error = 0;   // X509_V_ERR_…: why the server's certificate was refused
  int alert = -1;         // the fatal alert that the server sent
  bool greeted = false;   // our hello has been sent, an answer awaited
  bool finished = false;  // the handshake is done on our side
};

// TlsContext: what one connection is made with. Not thread-safe; lives longer than its connection.
class TlsContext {
 public:
  // InvalidArgument: a file that cannot be used, with its name and why.
  static absl::StatusOr<std::unique_ptr<TlsContext>> Make(const TlsFiles& files,
                                                          const std::string& host);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }
  const TlsTrace& trace() const { return *trace_; }

 private:
  TlsContext();
  ssl_ctx_st* const context_;
  const std::unique_ptr<TlsTrace> trace_;  // the context's callbacks write here
};

// What an error code of OpenSSL's means, for people; empty where it has no words. In Korean the
// library's English words, quoted, where there are none.
std::string OpenSslText(unsigned long code, base::Language language);

// Why the connection to `peer` ("mqtt 10.0.0.5:8883") ended, if TLS is the reason: `auth` for a
// certificate that one side refused, `unreachable` for a port that does not speak TLS. `answered`:
// the server has spoken since the handshake; if it has not, it may have refused our certificate
// with an alert that got lost.
std::optional<tools::ToolError> Fault(const TlsTrace& trace, std::string_view peer, bool answered);

// The error of a call for files that cannot be used (any more), as Make told it.
tools::ToolError FilesFault(const absl::Status& status, std::string_view peer);

// Whether `system` may be spoken to in plain TCP: InvalidArgument where it is another machine than
// this one.
absl::Status CheckPlain(std::string_view system, const std::string& host);

// Whether `system` may be spoken to so: InvalidArgument for files that cannot be used, for a
// certificate without ca_file, and for plain TCP to another machine than this one.
absl::Status CheckTransport(const TlsFiles& files, std::string_view system,
                            const std::string& host);

}  // namespace connectors
