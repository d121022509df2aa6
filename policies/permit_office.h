// PermitOffice: the one place that makes Permits. Included by the authorizer's .cc and by tests, by
// nobody else (the tidy test checks it).
#pragma once

#include "policies/permit.h"

namespace policies {

class PermitOffice {
 public:
  static Permit Issue(const CallBinding& binding) { return Permit(binding.Hash()); }
};

}  // namespace policies
