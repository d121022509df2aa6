#include "tests/fakes/fake_tools.h"

#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace fakes {
namespace {

using base::Json;
using base::StrCat;

Json LeastField(const tools::ResultSpec& field) {
  if (field.type == "int") return 3;
  if (field.type == "number") return 1.5;
  if (field.type == "bool") return true;
  if (field.type == "date") return "2026-11-24";
  if (field.type == "time") return "2026-11-24T10:00:00+09:00";
  if (field.type == "jo") return "38-2";
  if (field.type == "enum") {
    const auto* values = tools::Catalogue::BuiltIn().Enumeration(field.enumeration);
    return values == nullptr ? "x" : values->begin()->first;
  }
  return field.untrusted ? StrCat("글 ", field.path) : StrCat("값-", field.path);
}

}  // namespace

Json LeastValue(const tools::ToolSpec& tool, size_t items) {
  Json value = Json::object();
  for (const tools::ResultSpec& field : tool.results) {
    const size_t at = field.path.find("[]");
    if (at == std::string::npos) {
      value[field.path] = LeastField(field);
      continue;
    }
    Json& list = value[field.path.substr(0, at)];
    if (list.is_null()) list = Json::array();
    while (list.size() < items)
      list.push_back(at + 2 == field.path.size() ? LeastField(field) : Json::object());
    for (Json& item : list) {
      if (item.is_object()) item[field.path.substr(at + 3)] = LeastField(field);
    }
  }
  return value;
}

tools::ToolResult ResultOf(const std::string& tool, Json value) {
  const tools::ToolSpec* spec = tools::Catalogue::BuiltIn().Find(tool);
  CHECK(spec != nullptr, "no tool %s", tool.c_str());
  auto label = policies::ParseShortLabel(spec->label);
  policies::Label floor = label.ok() ? *label : policies::UserLabel();
  floor.integrity = policies::Integrity::kTrusted;
  return {
      std::move(value),
      floor,
      {{"fake", StrCat(tool, " record"), "1", "2026-11-24T10:00:00+09:00", std::string(64, 'a')}}};
}

tools::ToolResult LeastResult(const std::string& tool) {
  return ResultOf(tool, LeastValue(*tools::Catalogue::BuiltIn().Find(tool)));
}

class FakeTools::Fake : public tools::Tool {
 public:
  Fake(FakeTools& owner, std::string name) : owner_(owner), name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  tools::ToolOutcome Call(const tools::ToolCall& call, policies::Permit permit,
                          const tools::CallContext& context) override {
    tools::Spend(std::move(permit), call);
    return owner_.Call(call, context);
  }
  std::optional<tools::ToolOutcome> Reconcile(const tools::ToolCall& call,
                                              const tools::CallContext&) override {
    return owner_.Find(call);
  }
  tools::RecordsFound Records(const base::Json& arguments, const tools::CallContext&) override {
    return owner_.Records(name_, arguments);
  }

 private:
  FakeTools& owner_;
  const std::string name_;
};

FakeTools::FakeTools() {
  for (const tools::ToolSpec& spec : tools::Catalogue::BuiltIn().tools()) {
    tools_.push_back(std::make_unique<Fake>(*this, spec.name));
  }
}

FakeTools::~FakeTools() = default;

std::vector<tools::Tool*> FakeTools::tools() {
  std::vector<tools::Tool*> all;
  for (const auto& tool : tools_) all.push_back(tool.get());
  return all;
}

void FakeTools::On(const std::string& tool, Answer answer) {
  const std::lock_guard lock(mutex_);
  answers_[tool] = std::move(answer);
}

void FakeTools::OnLookUp(const std::string& tool, LookUp look_up) {
  const std::lock_guard lock(mutex_);
  look_ups_on_[tool] = std::move(look_up);
}

void FakeTools::OnRecords(const std::string& tool, Naming naming) {
  const std::lock_guard lock(mutex_);
  namings_[tool] = std::move(naming);
}

tools::RecordsFound FakeTools::Records(const std::string& tool, const Json& arguments) {
  Naming naming;
  {
    const std::lock_guard lock(mutex_);
    naming = namings_[tool];
  }
  return naming ? naming(arguments) : tools::RecordsFound(policies::NamedRecords{});
}

tools::ToolOutcome FakeTools::Call(const tools::ToolCall& call, const tools::CallContext& context) {
  Answer answer;
  {
    const std::lock_guard lock(mutex_);
    ++calls_[call.binding.tool];
    ++by_key_[call.idempotency_key];
    answer = answers_[call.binding.tool];
  }
  return answer ? answer(call, context) : LeastResult(call.binding.tool);
}

std::optional<tools::ToolOutcome> FakeTools::Find(const tools::ToolCall& call) {
  LookUp look_up;
  {
    const std::lock_guard lock(mutex_);
    ++look_ups_[call.binding.tool];
    look_up = look_ups_on_[call.binding.tool];
    if (!look_up && !by_key_.contains(call.idempotency_key)) return std::nullopt;
  }
  return look_up ? look_up(call) : LeastResult(call.binding.tool);
}

int FakeTools::calls(const std::string& tool) const {
  const std::lock_guard lock(mutex_);
  const auto it = calls_.find(tool);
  return it == calls_.end() ? 0 : it->second;
}

int FakeTools::look_ups(const std::string& tool) const {
  const std::lock_guard lock(mutex_);
  const auto it = look_ups_.find(tool);
  return it == look_ups_.end() ? 0 : it->second;
}

std::map<std::string, int> FakeTools::calls_by_key() const {
  const std::lock_guard lock(mutex_);
  return by_key_;
}

}  // namespace fakes
