// FakeTools: a connector whose tools answer as they are told, and count. A tool that was told
// nothing answers with the least that fits the catalogue. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tools/catalogue.h"
#include "tools/tool.h"

namespace fakes {

class FakeTools : public tools::Connector {
 public:
  using Answer =
      std::function<tools::ToolOutcome(const tools::ToolCall&, const tools::CallContext&)>;
  using LookUp = std::function<std::optional<tools::ToolOutcome>(const tools::ToolCall&)>;

  using Naming = std::function<tools::RecordsFound(const base::Json& arguments)>;

  // Gives every tool of the catalogue.
  FakeTools();
  ~FakeTools() override;

  void On(const std::string& tool, Answer answer);
  void OnLookUp(const std::string& tool, LookUp look_up);
  // The records that calls of `tool` name; without it none.
  void OnRecords(const std::string& tool, Naming naming);

  int calls(const std::string& tool) const;
  int look_ups(const std::string& tool) const;
  // How often the call of each key came: run id + "/" + step id.
  std::map<std::string, int> calls_by_key() const;

  // tools::Connector
  const std::string& name() const override { return name_; }
  const std::string& domain() const override { return name_; }
  std::vector<tools::Tool*> tools() override;
  Health Check(absl::Time) override { return {State::kConnected, "", ""}; }

 private:
  class Fake;
  tools::ToolOutcome Call(const tools::ToolCall& call, const tools::CallContext& context);
  std::optional<tools::ToolOutcome> Find(const tools::ToolCall& call);
  tools::RecordsFound Records(const std::string& tool, const base::Json& arguments);

  const std::string name_ = "fake";
  std::vector<std::unique_ptr<Fake>> tools_;
  mutable std::mutex mutex_;
  std::map<std::string, Answer> answers_;                 // guarded by mutex_
  std::map<std::string, LookUp> look_ups_on_;             // guarded by mutex_
  std::map<std::string, Naming> namings_;                 // guarded by mutex_
  std::map<std::string, int> calls_, look_ups_, by_key_;  // guarded by mutex_
};

// A value of the shape that the catalogue gives `tool`: each list with `items` entries.
base::Json LeastValue(const tools::ToolSpec& tool, size_t items = 1);
// LeastValue with the catalogue's label and one origin.
tools::ToolResult LeastResult(const std::string& tool);
tools::ToolResult ResultOf(const std::string& tool, base::Json value);

}  // namespace fakes
