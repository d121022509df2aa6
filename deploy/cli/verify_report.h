// What `maru verify` found, for people and for programs.
#pragma once

#include <vector>

#include "deploy/cli/evidence.h"
#include "deploy/cli/session.h"

namespace deploy::cli {

class VerifyReport {
 public:
  // `key_given`: the auditor's own key was used, not the file's. All of it outlives the report.
  VerifyReport(const policies::AuditExport& bundle, const std::vector<Finding>& findings,
               bool key_given);

  bool good() const { return good_; }  // nothing fails; what was not checked is said with it
  base::Json ToJson() const;
  void Show(const Session& session, Page& page) const;

 private:
  std::string Verdict(const Session& session) const;

  const policies::AuditExport& bundle_;
  const std::vector<Finding>& findings_;
  const bool key_given_;
  bool good_ = true;
  bool recomputed_ = false;  // every plan
  bool recomposed_ = true;   // every answer
  bool redecided_ = true;    // every decision of policy
};

}  // namespace deploy::cli
