#include "connectors/medical/csv.h"

#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::StrCat;

// One record from `at` on; moves `at` behind its line end. False: a quotation that is not closed.
bool ReadRecord(std::string_view text, size_t& at, std::vector<std::string>& fields) {
  fields.assign(1, "");
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      fields.back() += c;
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      fields.emplace_back();
    } else if (!quoted && c == '\n') {
      ++at;
      return true;
    } else if (quoted || c != '\r') {
      fields.back() += c;
    }
  }
  return !quoted;
}

}  // namespace

absl::StatusOr<std::vector<std::map<std::string, std::string>>> ReadCsv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> header, fields;
  size_t at = 0;
  for (int line = 1; at < text.size(); ++line) {
    if (!ReadRecord(text, at, fields)) {
      return base::Error(absl::StatusCode::kInvalidArgument,
                         StrCat("record ", line, ": a quotation is not closed"),
                         StrCat(line, "번째 기록: 따옴표가 닫히지 않았습니다"));
    }
    if (fields.size() == 1 && base::Trim(fields[0]).empty()) continue;
    if (header.empty()) {
      header = fields;
      continue;
    }
    if (fields.size() != header.size()) {
      return base::Error(
          absl::StatusCode::kInvalidArgument,
          StrCat("record ", line, ": ", fields.size(), " fields, the header has ", header.size()),
          StrCat(line, "번째 기록: 항목이 ", fields.size(), "개인데 제목 행에는 ", header.size(),
                 "개입니다"));
    }
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < header.size(); ++i) row[header[i]] = std::string(base::Trim(fields[i]));
  }
  return rows;
}

}  // namespace connectors::medical
