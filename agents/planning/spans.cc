#include "agents/planning/spans.h"

#include <re2/re2.h>

#include <algorithm>

#include "model_core/base/json.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

// No name ends with one of these behind another word, and none holds one of those.
constexpr char kDangling[] = "[^\\n]* (can|must|is|are|and|or|from|of|than|as|which|who|the|an)";
constexpr char kForeign[] =
    "([^\\n]* )?(will|would|may|might|could|shall|should|has|have|had|was|were|since|please)"
    "( [^\\n]*)?";

bool IsName(std::string_view span) {
  static const re2::RE2* const none = new re2::RE2(base::StrCat(kDangling, "|", kForeign));
  return !re2::RE2::FullMatch({span.data(), span.size()}, *none);
}

// text[begin, end) between its bounds.
base::Json Chunks(std::string_view text, size_t begin, size_t end,
                  const std::vector<size_t>& bounds) {
  base::Json chunks = base::Json::array();
  auto bound = std::upper_bound(bounds.begin(), bounds.end(), begin);
  while (begin < end) {
    const size_t stop = std::min(*bound++, end);
    chunks.push_back(std::string(text.substr(begin, stop - begin)));
    begin = stop;
  }
  return chunks;
}

}  // namespace

std::string SpanGrammar(std::string_view name, std::string_view request,
                        const std::vector<size_t>& bounds, SpanKind kind) {
  const std::string_view text = request.substr(0, bounds.back());
  std::string rules;
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && InSpan(text[end])) ++end;
    if (end > begin) {
      parts.push_back(base::StrCat(name, "_", parts.size()));
      const base::Json chunks = Chunks(text, begin, end, bounds);
      rules += base::StrCat(parts.back(), ": %regex ",
                            base::DumpJson({{"substring_chunks", chunks}}), "\n");
    }
    begin = end + 1;
  }
  return base::StrCat(
      rules, name, ": (", base::StrJoin(parts, " | "), ") & /[^ ]([^\\n]*[^ ])?/",
      kind == SpanKind::kName ? base::StrCat(" & ~/", kDangling, "/ & ~/", kForeign, "/") : "",
      "\n");
}

bool IsSpan(std::string_view span, std::string_view request, const std::vector<size_t>& bounds,
            SpanKind kind) {
  const std::string_view text = request.substr(0, bounds.back());
  const auto bound = [&](size_t at) {
    return std::binary_search(bounds.begin(), bounds.end(), at) || !InSpan(text[at]) ||
           (at > 0 && !InSpan(text[at - 1]));
  };
  if (kind == SpanKind::kName && !IsName(span)) return false;
  if (span.empty() || span.front() == ' ' || span.back() == ' ') return false;
  if (!std::all_of(span.begin(), span.end(), InSpan)) return false;
  for (size_t at = text.find(span); at != std::string_view::npos; at = text.find(span, at + 1)) {
    if (bound(at) && bound(at + span.size())) return true;
  }
  return false;
}

}  // namespace agents
