// Client: any call of any of Maru's gRPC services, with JSON in and out. Field names are those of
// the .proto; a text field NAME_json comes out as NAME, parsed; whole numbers come out as numbers.
//
// Thread-safe. Errors carry the server's code, reason and message, in each language it tells it in.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "deploy/cli/connection.h"
#include "model_core/base/json.h"
#include "model_core/base/status.h"

namespace deploy::cli {

class Client {
 public:
  virtual ~Client() = default;

  // One answer. `method`: "maru.v1.RunService/GetRun". DeadlineExceeded after `timeout`.
  virtual absl::StatusOr<base::Json> Call(const std::string& method, const base::Json& request,
                                          absl::Duration timeout = absl::Seconds(30)) = 0;

  // Every answer of a stream, in order, until it ends, `more` says no, or `cancelled` does
  // (Cancelled).
  virtual absl::Status Stream(const std::string& method, const base::Json& request,
                              const std::function<bool(const base::Json&)>& more,
                              const std::function<bool()>& cancelled) = 0;
};

// Connects at the first call. InvalidArgument: a file cannot be used, or a credential would go over
// an unencrypted connection to another machine.
absl::StatusOr<std::unique_ptr<Client>> MakeClient(const ConnectionOptions& options,
                                                   base::Language language);

// Whether anything takes connections at the server's address within `patience`; needs no
// credential.
absl::StatusOr<bool> ServerAnswers(const ConnectionOptions& options, absl::Duration patience);

}  // namespace deploy::cli
