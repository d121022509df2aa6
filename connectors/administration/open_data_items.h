// The rows of the portal as items of a result: those of the call's period, the first kItemsMax.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/administration/data_portal.h"
#include "connectors/tool_kit.h"

namespace connectors::administration {

// Not thread-safe; one for each call.
class Gathered {
 public:
  static constexpr int64_t kItemsMax = 500;

  explicit Gathered(const tools::ToolCall& call);

  absl::Time from() const { return from_; }
  absl::Time to() const { return to_; }  // not in it
  base::Language language() const { return language_; }
  bool Holds(absl::Time at) const { return at >= from_ && at < to_; }

  void Read(const DataPortal::Page& page, bool list_goes_on);
  // One item of the page read last.
  void Add(absl::Time at, std::string name, std::string value, std::string_view unit);
  // What was gathered; a list that is not whole says so (tools/part.h).
  tools::ToolResult Take();

 private:
  const base::Language language_;
  absl::Time from_, to_;
  std::vector<policies::Origin> pages_, origins_;  // origins_[i] is of items_[i]
  base::Json items_ = base::Json::array();
  int64_t total_ = 0;
  bool open_ = false;  // a list was not read to its end
};

// Adds what one row says. malformed_upstream: it says not when.
std::optional<tools::ToolError> AddForecast(const base::Json& row, Gathered& out);
std::optional<tools::ToolError> AddAir(const base::Json& row, Gathered& out);
std::optional<tools::ToolError> AddDay(const base::Json& row, Gathered& out);

}  // namespace connectors::administration
