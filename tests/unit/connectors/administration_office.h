// The office of the sample organisation for tests: its peers, each started when a test first needs
// it, and the connectors over them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "connectors/administration.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {

inline std::string Sample(const std::string& file) {
  return base::StrCat(MARU_SOURCE_DIR, "/deploy/sample/administration/", file);
}

inline fakes::Peer& Started(std::unique_ptr<fakes::Peer>& peer, const std::string& name,
                            fakes::PeerOptions options = {}) {
  if (!peer) {
    auto started = fakes::Peer::Start(name, std::move(options));
    CHECK(started.ok(), "%s", std::string(started.status().message()).c_str());
    peer = *std::move(started);
  }
  return *peer;
}

inline std::string DatabaseDsn(int port, const std::string& database, const std::string& user,
                               const std::string& password = "sample") {
  return base::StrCat("host=127.0.0.1 port=", port, " dbname=", database, " user=", user,
                      " password=", password);
}

// The connectors of `options`, over HTTP of their own.
class Office {
 public:
  explicit Office(AdministrationOptions options,
                  std::function<policies::Clearance(const std::string&)> clearance = nullptr)
      : http_(MakeHttpClient({})) {
    auto made = MakeAdministrationConnectors(
        std::move(options),
        {*http_, base::SystemClock(), tools::Catalogue::BuiltIn(), std::move(clearance)});
    CHECK(made.ok(), "%s", std::string(made.status().message()).c_str());
    connectors_ = *std::move(made);
  }

  tools::Connector& connector(const std::string& name) {
    for (const auto& connector : connectors_) {
      if (connector->name() == "administration." + name) return *connector;
    }
    CHECK(false, "no connector %s", name.c_str());
    std::abort();
  }
  tools::Connector& of(const std::string& tool) {
    const std::string domain = tool.substr(0, tool.find('.'));
    return connector(domain == "doc" ? "documents" : domain == "ticket" ? "tickets" : domain);
  }

  tools::ToolOutcome Call(const std::string& tool, base::Json arguments,
                          const fakes::CallOptions& options = {}) {
    return fakes::CallTool(of(tool), tool, std::move(arguments), options);
  }
  // The one record that a call names: its grade and title, or the code of an error.
  std::string Named(const std::string& tool, const base::Json& arguments) {
    const auto found = fakes::FindTool(of(tool), tool)
                           .Records(arguments, {absl::Now() + absl::Seconds(20), nullptr});
    if (const auto* error = std::get_if<tools::ToolError>(&found)) return error->code;
    const auto& records = std::get<policies::NamedRecords>(found);
    if (records.empty()) return "none";
    EXPECT_EQ(records.size(), 1u);
    return base::StrCat(policies::Describe(records[0].label, base::Language::kEnglish), " ",
                        records[0].title);
  }
  // As Call, with a label that the arguments carry.
  tools::ToolOutcome CallLabelled(const std::string& tool, base::Json arguments,
                                  const policies::Label& label, const std::string& step) {
    fakes::CallOptions options;
    options.step_id = step;
    tools::ToolCall call = fakes::MakeCall(tool, std::move(arguments), options);
    call.binding.label = label;
    return fakes::FindTool(of(tool), tool)
        .Call(call, policies::PermitOffice::Issue(call.binding),
              {absl::Now() + absl::Seconds(20), {}});
  }
  std::optional<tools::ToolOutcome> Reconcile(const std::string& tool, base::Json arguments,
                                              const fakes::CallOptions& options) {
    return fakes::FindTool(of(tool), tool)
        .Reconcile(fakes::MakeCall(tool, std::move(arguments), options),
                   {absl::Now() + absl::Seconds(20), {}});
  }
  base::Json Value(const std::string& tool, base::Json arguments,
                   const fakes::CallOptions& options = {}) {
    auto outcome = Call(tool, std::move(arguments), options);
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : base::Json{{"items", base::Json::array()}};
  }
  std::string Error(const std::string& tool, base::Json arguments,
                    const fakes::CallOptions& options = {}) {
    auto outcome = Call(tool, std::move(arguments), options);
    return outcome.ok() ? "ok" : outcome.error().code;
  }

 private:
  std::unique_ptr<HttpClient> http_;
  std::vector<std::unique_ptr<tools::Connector>> connectors_;
};

}  // namespace connectors
