// How alike the rows of a cohort are, and how they are written.
#include <algorithm>
#include <map>

#include "connectors/medical/cohort.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

// What others may know of a person; values of tests and medicines are what the data are about.
bool IsQuasiIdentifier(const std::string& column) {
  return column != "lab" && column != "medication";
}

std::string Quoted(const std::string& cell) {
  const bool computed =
      !cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string::npos;
  return base::StrCat("\"", computed ? "'" : "", base::ReplaceAll(cell, "\"", "\"\""), "\"");
}

void AddLine(const Row& cells, std::string& out) {
  std::vector<std::string> quoted;
  for (const std::string& cell : cells) quoted.push_back(Quoted(cell));
  out += base::StrJoin(quoted, ",") + "\r\n";
}

}  // namespace

int SmallestClass(const std::vector<std::string>& columns, const std::vector<Row>& rows) {
  std::map<Row, int> classes;
  for (const Row& row : rows) {
    Row known;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (IsQuasiIdentifier(columns[i])) known.push_back(row[i]);
    }
    ++classes[known];
  }
  const auto smallest =
      std::min_element(classes.begin(), classes.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return smallest == classes.end() ? 0 : smallest->second;
}

std::string Csv(const std::vector<std::string>& columns, const std::vector<Row>& rows) {
  std::string out;
  AddLine(columns, out);
  for (const Row& row : rows) AddLine(row, out);
  return out;
}

}  // namespace connectors::medical
