// DocumentTexts over the register: what documents say, for those who look for something in them.
// Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/administration/register.h"
#include "connectors/documents.h"

namespace connectors::administration {

class RegisterTexts : public DocumentTexts {
 public:
  using ClearanceOf = std::function<policies::Clearance(const std::string& principal)>;

  // With an empty `clearance` nothing is left out.
  RegisterTexts(std::string dsn, ClearanceOf clearance)
      : documents_(std::move(dsn)), clearance_(std::move(clearance)) {}

  absl::StatusOr<DocumentPassage> GetText(const std::string& id, absl::Time deadline) override;
  absl::StatusOr<DocumentPassage> Describe(const std::string& id, absl::Time deadline) override;
  absl::StatusOr<std::vector<DocumentPassage>> FindTexts(const std::vector<std::string>& words,
                                                         const std::string& kind,
                                                         const std::string& principal, int limit,
                                                         absl::Time deadline) override;

 private:
  Register documents_;
  const ClearanceOf clearance_;
};

}  // namespace connectors::administration
