// Tenants: how much each of those with requests in the engine has been served, so that the one
// served least comes next. Who comes anew stands level with the least served one: neither a debt
// nor a credit is kept over a time without requests. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace model_core {

struct Tenant {
  uint64_t served = 0;  // tokens computed
  size_t requests = 0;  // waiting and running
  size_t running = 0;
};

class Tenants {
 public:
  // Counts a request of `name`. The tenant stays where it is until its last request leaves.
  Tenant& Enter(const std::string& name) {
    auto it = tenants_.find(name);
    if (it == tenants_.end()) it = tenants_.emplace(name, Tenant{Least(), 0, 0}).first;
    ++it->second.requests;
    return it->second;
  }
  void Leave(const std::string& name) {
    const auto it = tenants_.find(name);
    if (--it->second.requests == 0) tenants_.erase(it);
  }
  size_t size() const { return tenants_.size(); }

 private:
  uint64_t Least() const {
    const auto least = std::min_element(
        tenants_.begin(), tenants_.end(),
        [](const auto& a, const auto& b) { return a.second.served < b.second.served; });
    return least == tenants_.end() ? 0 : least->second.served;
  }
  std::map<std::string, Tenant> tenants_;
};

}  // namespace model_core
