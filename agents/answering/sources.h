// The numbered sources of an answer: the same record read once has one number.
#pragma once

#include <string>
#include <vector>

#include "agents/answer.h"

namespace agents {

class Sources {
 public:
  // Numbers of `origins`, in their order.
  std::vector<int> Cite(const std::string& step_id, const std::vector<policies::Origin>& origins);
  const std::vector<Citation>& citations() const { return citations_; }

  // " [2]", " [1–3]", " [1, 4]"; empty for none.
  static std::string Marks(std::vector<int> numbers);
  // "  [1] law.drf 의료법 제21조 (판 253527), 2026-11-24 10:00"
  std::string List(base::Language language) const;

 private:
  std::vector<Citation> citations_;
};

}  // namespace agents
