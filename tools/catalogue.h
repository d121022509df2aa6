// Catalogue: every tool that exists, as data: arguments, results, effects, approvals, labels. The
// contract between planner, policy and connectors. Immutable after loading; thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/json.h"

namespace tools {

enum class Effect { kRead, kDraft, kWrite, kRelease };
// How an in-doubt call is settled after a crash.
enum class Recovery { kRepeat, kIdempotent, kReconcile, kManual };

struct ArgumentSpec {
  std::string name;
  std::vector<std::string>
      kinds;  // text, quote, id:x, date, time, period, int, number, jo, enum, result
  bool required = false;
  bool list = false;
  bool destination =
      false;  // decides where something goes: only the user's own words or a trusted field
  std::string enumeration;          // its name, when a kind is enum
  std::vector<std::string> values;  // its values, in catalogue order
  std::string default_value;        // "today", "12 months", "24 hours", …; empty if none

  bool Takes(std::string_view kind) const;
};

struct ResultSpec {
  std::string path;  // "items[].law_id"
  std::string type;  // an argument kind, or bool
  std::string enumeration;
  bool untrusted = false;  // free text from outside
};

struct ToolSpec {
  std::string name;           // "law.article"
  std::string function_name;  // "law__article"
  std::string title;          // Korean
  std::string domain;
  std::string purpose;  // one English line: when to use it
  std::vector<ArgumentSpec> arguments;
  std::vector<ResultSpec> results;
  std::vector<std::string> needs_one_of;
  Effect effect = Effect::kRead;
  Recovery recovery = Recovery::kRepeat;
  std::string label;          // "S+personal", "source", "doc", "columns", "join"
  std::string approval_line;  // none, one, two, licensed
  std::vector<std::string> approval_roles;
  std::vector<std::string> errors;  // beyond those of all tools
  std::vector<std::string> speaks;
  std::vector<std::string> purposes;  // purposes of a run that fit it
  std::string in_doubt;

  const ArgumentSpec* Argument(std::string_view name) const;
  // The result field at `path` with every [n] and [*] written []; null if there is none.
  const ResultSpec* Result(std::string_view path) const;
};

// A result field that skips every dependent step unless its value is among `passes`.
struct Guard {
  std::string tool;
  std::string field;
  std::vector<base::Json> passes;
};

class Catalogue {
 public:
  // The catalogue that is built in (catalogue/catalogue.json), parsed once.
  static const Catalogue& BuiltIn();
  static absl::StatusOr<Catalogue> Parse(const base::Json& json);

  const std::vector<ToolSpec>& tools() const { return tools_; }
  const ToolSpec* Find(std::string_view name) const;
  const Guard* FindGuard(std::string_view tool) const;
  // Korean words of each value of an enumeration.
  const std::map<std::string, std::vector<std::string>>* Enumeration(std::string_view name) const;
  const std::string& hash() const { return hash_; }  // hex SHA-256 of the canonical JSON
  const base::Json& json() const { return json_; }

 private:
  base::Json json_;
  std::string hash_;
  std::vector<ToolSpec> tools_;
  std::vector<Guard> guards_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> enumerations_;
};

std::string_view Name(Effect effect);
std::string_view Name(Recovery recovery);

}  // namespace tools
