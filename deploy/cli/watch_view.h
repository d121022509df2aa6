// What `maru runs watch` shows: a run's events in full as they are recorded.
#pragma once

#include "deploy/cli/run_view.h"

namespace deploy::cli {

class WatchView {
 public:
  explicit WatchView(const Session& session) : session_(session), page_(session.NewPage()) {}

  // One event: {"index","time","actor","type","body"}. Of a type that is not known, the name.
  void Show(const base::Json& event);

 private:
  void ShowBody(const std::string& type, const base::Json& event, const base::Json& body);
  void ShowOutcome(const base::Json& body, const std::string& state);
  void ShowQuestion(const base::Json& body);
  void ShowAnswer(const base::Json& body);
  void ShowState(const base::Json& body);
  std::string ToolOf(const std::string& step) const;

  const Session& session_;
  Page page_;
  base::Json plan_;
  bool steps_begun_ = false;
};

}  // namespace deploy::cli
