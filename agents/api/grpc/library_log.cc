#include "agents/api/grpc/library_log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <string_view>

#include "model_core/base/log.h"

namespace agents {
namespace {

struct Said {
  std::string_view library, severity, file, message;
  int line;
};

void Tell(const Said& said) {
  const base::Json fields = {{"library", said.library},
                             {"severity", said.severity},
                             {"file", said.file.substr(said.file.rfind('/') + 1)},
                             {"line", said.line},
                             {"message", said.message}};
  if (said.severity == "debug") return base::LogDebug("library.message", fields);
  if (said.severity == "info") return base::LogInfo("library.message", fields);
  base::LogWarning("library.message", fields);
}

void TellOfGrpc(gpr_log_func_args* args) {
  const char* const severity = args->severity == GPR_LOG_SEVERITY_DEBUG  ? "debug"
                               : args->severity == GPR_LOG_SEVERITY_INFO ? "info"
                                                                         : "error";
  Tell({"grpc", severity, args->file, args->message, args->line});
}

void TellOfProtobuf(google::protobuf::LogLevel level, const char* file, int line,
                    const std::string& message) {
  constexpr std::string_view kSeverities[] = {"info", "warning", "error", "fatal"};
  Tell({"protobuf", kSeverities[level], file, message, line});
}

}  // namespace

void TakeLibraryMessages() {
  [[maybe_unused]] static const bool taken = [] {
    gpr_set_log_function(TellOfGrpc);
    google::protobuf::SetLogHandler(TellOfProtobuf);
    return true;
  }();
}

}  // namespace agents
