// What `maru ask` shows while a run goes on, and once it ends or waits. With --json: one document
// at the end.
#pragma once

#include "deploy/cli/plan_view.h"
#include "deploy/cli/task_progress.h"

namespace deploy::cli {

class AskView {
 public:
  explicit AskView(const Session& session) : session_(session), page_(session.NewPage()) {}

  // `what`: a name that TaskProgress::Apply returned.
  void Show(const TaskProgress& progress, const std::string& what);
  // How it ended; or what it waits for and how to go on.
  void Finish(const TaskProgress& progress, bool detached);

 private:
  void ShowApprovals(const TaskProgress& progress);
  void Flush() { session_.Print(page_.Take()); }

  const Session& session_;
  Page page_;
  bool steps_begun_ = false;
};

}  // namespace deploy::cli
