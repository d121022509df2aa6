// Tenants: how much each of them has been served, so that the one served least comes next. What a
// tenant was served counts while others have requests, whether it has some at the time or not: who
// asks one thing after the other has no better turns than who asks all at once. Who comes anew
// stands level with the least served one: time without requests is no credit. When nobody has any
// all is forgotten. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
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
    Tenant& tenant = tenants_[name];
    if (tenant.requests == 0) tenant.served = std::max(tenant.served, Least().value_or(0));
    ++tenant.requests;
    return tenant;
  }
  // Of those without requests only who is ahead of the least served one has to be remembered.
  void Leave(const std::string& name) {
    --tenants_.find(name)->second.requests;
    const std::optional<uint64_t> least = Least();
    std::erase_if(tenants_, [least](const auto& entry) {
      return entry.second.requests == 0 && (!least.has_value() || entry.second.served <= *least);
    });
  }
  size_t size() const { return tenants_.size(); }  // known, with requests or without

 private:
  // What the least served one of those with requests was served; nothing: there is none.
  std::optional<uint64_t> Least() const {
    std::optional<uint64_t> least;
    for (const auto& [name, tenant] : tenants_) {
      if (tenant.requests > 0) least = std::min(least.value_or(tenant.served), tenant.served);
    }
    return least;
  }
  std::map<std::string, Tenant> tenants_;
};

}  // namespace model_core
