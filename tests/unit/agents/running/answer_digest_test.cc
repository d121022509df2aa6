// What the composer writes, held to digests: whoever changes a sentence, a caption or a form of
// values is told that it is another composer.
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "agents/answer.h"
#include "agents/answering/caption_tables.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "tests/fakes/fake_tools.h"
#include "tests/unit/agents/running/answer_digests.h"
#include "tests/unit/agents/running/succeeded.h"
#include "tools/part.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;

// The `turn`th value of an enumeration, from the first again after the last.
std::string Turned(const std::map<std::string, std::vector<std::string>>& values, size_t turn) {
  return std::next(values.begin(), static_cast<std::ptrdiff_t>(turn % values.size()))->first;
}

void TurnField(const tools::ResultSpec& field, size_t turn, Json& value) {
  const auto* values = catalogue().Enumeration(field.enumeration);
  if (field.type == "bool") value = turn % 2 == 0;
  if (field.type == "enum" && values != nullptr) value = Turned(*values, turn);
}

// Every field filled; with `turn`, yes-or-no findings and enumerations take each of their values.
Json Result(const tools::ToolSpec& tool, size_t items, size_t turn) {
  Json value = fakes::LeastValue(tool, items);
  for (const tools::ResultSpec& field : tool.results) {
    const size_t at = field.path.find("[]");
    if (at == std::string::npos) {
      TurnField(field, turn, value[field.path]);
      continue;
    }
    for (Json& item : value[field.path.substr(0, at)])
      TurnField(field, turn, item.is_object() ? item[field.path.substr(at + 3)] : item);
  }
  return value;
}

Json Argument(const tools::ArgumentSpec& argument, size_t turn) {
  if (!argument.values.empty()) return argument.values[turn % argument.values.size()];
  if (argument.Takes("jo")) return "38-2";
  if (argument.Takes("time")) return "2026-11-24T10:00:00+09:00";
  if (argument.Takes("date")) return "2026-11-24";
  if (argument.Takes("period")) return {{"from", "2026-10-01"}, {"to", "2026-10-31"}};
  if (argument.Takes("int") || argument.Takes("number")) return 12345;
  return turn % 2 == 0 ? Json(StrCat("말 ", argument.name)) : Json{{"$ref", "s1.x"}};
}

Json Arguments(const tools::ToolSpec& tool, size_t turn) {
  Json arguments = Json::object();
  for (const tools::ArgumentSpec& argument : tool.arguments) {
    const Json value = Argument(argument, turn);
    arguments[argument.name] = argument.list ? Json::array({value, value}) : value;
  }
  return arguments;
}

// A run of one step, told in both languages.
std::string Told(const std::string& tool, Json arguments, const StepRecord& record,
                 const std::map<std::string, Approval>& approvals = {}) {
  std::string told;
  for (const char* language : {"ko", "en"}) {
    Run run;
    run.request.language = language;
    run.request.now = "2026-11-24T10:00:00+09:00";
    run.plan = Plan{Verdict::kPlan, {{"s1", tool, arguments, {}, false}}, {}, {}};
    run.steps["s1"] = record;
    run.approvals = approvals;
    told += ComposeAnswer(run, catalogue()).text;
  }
  return told;
}

size_t TurnsOf(const tools::ToolSpec& tool) {
  size_t turns = 2;
  for (const tools::ArgumentSpec& argument : tool.arguments)
    turns = std::max(turns, argument.values.size());
  for (const tools::ResultSpec& field : tool.results) {
    if (const auto* values = catalogue().Enumeration(field.enumeration); values != nullptr)
      turns = std::max(turns, values->size());
  }
  return turns;
}

// All that is said of one tool's results: of each value, of many, and of nothing.
std::string SaidOf(const tools::ToolSpec& tool) {
  std::string said;
  for (size_t turn = 0; turn < TurnsOf(tool); ++turn)
    said += Told(tool.name, Arguments(tool, turn), Succeeded(tool.name, Result(tool, 2, turn)));
  for (const size_t items : {size_t{0}, size_t{25}})
    said += Told(tool.name, Arguments(tool, 0), Succeeded(tool.name, Result(tool, items, 0)));
  return said;
}

std::string SaidOfFailures() {
  std::string said;
  StepRecord failed;
  failed.state = StepState::kFailed;
  for (const auto& [code, words] : ErrorWords()) {
    failed.error = {{"code", code}, {"message_ko", "고장"}, {"message_en", "broken"}};
    said += Told("law.article", Json::object(), failed);
  }
  StepRecord skipped;
  skipped.state = StepState::kSkipped;
  for (const char* reason : {"empty_input", "input_failed", "input_skipped", "guard", "denied",
                             "rejected", "declined"}) {
    skipped.error = {
        {"reason", reason}, {"input", "s1"}, {"message_ko", "왜"}, {"message_en", "why"}};
    said += Told("law.article", Json::object(), skipped);
  }
  skipped.error = {{"reason", "guard"}, {"input", "s1"}, {"field", "outcome"}, {"value", "safe"}};
  return said + Told("med.safety_check", Json::object(), skipped) +
         Told("law.article", Json::object(), StepRecord{});
}

std::string SaidOfPeople() {
  std::string said;
  const tools::ToolSpec& tool = *catalogue().Find("ticket.create");
  StepRecord record = Succeeded(tool.name, fakes::LeastValue(tool));
  for (const char* settled : {"call", "repeat", "repeat with its key", "reconcile",
                              "call after reconcile", "the word of seo.head"}) {
    record.settled_by = settled;
    said += Told(tool.name, Json::object(), record);
  }
  using Kind = policies::Obligation::Kind;
  for (const Kind kind :
       {Kind::kApproveOne, Kind::kApproveTwo, Kind::kApproveLicensed, Kind::kConfirm}) {
    Approval approval;
    approval.id = "a1";
    approval.step_id = "s1";
    approval.tool = tool.name;
    approval.obligation = {kind, {"dept_head"}, "", "rule"};
    approval.state = "approved";
    approval.answers = {{"seo.head", true, "확인", "2026-11-24T10:00:00+09:00"}};
    said += Told(tool.name, Json::object(), record, {{"a1", approval}});
  }
  return said;
}

std::string SaidOfCutLists() {
  std::string said;
  for (const size_t items : {size_t{0}, size_t{1}, size_t{25}}) {
    for (const auto& total : std::initializer_list<std::optional<int64_t>>{714, std::nullopt}) {
      Json value = fakes::LeastValue(*catalogue().Find("oee.compute"), items);
      tools::MarkPart(value, total);
      said += Told("oee.compute", Json::object(), Succeeded("oee.compute", value));
    }
  }
  return said;
}

std::string SaidOfPiecesLeftOut() {
  std::string said;
  for (const int64_t count : {1, 2}) {
    Json value = fakes::LeastValue(*catalogue().Find("mail.search"));
    tools::MarkLeftOut(value, count);
    said += Told("mail.search", Json::object(), Succeeded("mail.search", value));
  }
  return said;
}

std::string SaidByTables() {
  std::string said;
  for (const auto* table : {&ArgumentWords(), &FieldWords(), &ValueWords(), &TermWords(),
                            &TitleWords(), &ErrorWords()}) {
    for (const auto& [name, words] : *table)
      said += StrCat(name, "\n", words.korean, "\n", words.english, "\n");
  }
  return said;
}

std::map<std::string, std::string> Digests() {
  std::map<std::string, std::string> digests = {
      {"(captions)", base::Sha256Hex(SaidByTables())},
      {"(cut lists)", base::Sha256Hex(SaidOfCutLists())},
      {"(failures)", base::Sha256Hex(SaidOfFailures())},
      {"(left out)", base::Sha256Hex(SaidOfPiecesLeftOut())},
      {"(people)", base::Sha256Hex(SaidOfPeople())}};
  for (const tools::ToolSpec& tool : catalogue().tools())
    digests[tool.name] = base::Sha256Hex(SaidOf(tool));
  return digests;
}

TEST(AnswerDigests, AChangeOfAnySentenceRaisesTheComposersVersion) {
  ASSERT_EQ(kDigestsOf, kComposer) << "write the digests of answer_digests.h anew";
  std::map<std::string, std::string> known;
  for (const Digest& digest : kDigests) known[std::string(digest.of)] = digest.sha256;
  const auto digests = Digests();
  std::string table;
  for (const auto& [of, sha256] : digests) {
    EXPECT_EQ(known[of], sha256)
        << of << ": answers are composed in other words than those that were released: raise "
        << "kComposer (agents/answer.h), and write the digests (answer_digests.h) anew";
    table += StrCat("    {\"", of, "\",\n     \"", sha256, "\"},\n");
  }
  EXPECT_EQ(known.size(), digests.size()) << "a tool is gone";
  if (HasFailure()) GTEST_LOG_(INFO) << "the digests now:\n" << table;
}

}  // namespace
}  // namespace agents
