// ToolRegistry: which tools can be called now. Offered = connected and healthy at the last check.
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tools/catalogue.h"
#include "tools/tool.h"

namespace tools {

struct ConnectorStatus {
  std::string name;
  std::string domain;
  Connector::Health health;
  std::vector<std::string> tools;
};

class ToolRegistry {
 public:
  ToolRegistry(const Catalogue& catalogue, std::vector<std::unique_ptr<Connector>> connectors);

  const Catalogue& catalogue() const { return catalogue_; }
  // The tool's implementation, or null: not in the catalogue, or no configured connector gives it.
  Tool* Find(std::string_view name);
  // Asks every connector anew (each at most `timeout`), in parallel threads.
  void Refresh(absl::Time deadline);
  std::vector<ConnectorStatus> Status() const;
  std::set<std::string> Offered() const;  // names of tools whose connector is up

 private:
  const Catalogue& catalogue_;
  std::vector<std::unique_ptr<Connector>> connectors_;
  std::map<std::string, Tool*, std::less<>> tools_;
  mutable std::mutex mutex_;
  std::map<std::string, Connector::Health> health_;  // by connector name; guarded by mutex_
};

}  // namespace tools
