#include "connectors/manufacturing/opcua_client.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/bridge/buffer.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolError;

constexpr absl::Duration kSlice = absl::Seconds(600);

ToolError Malformed(std::string_view english, std::string_view korean) {
  return MakeToolError("malformed_upstream", StrCat("the opc ua server answered ", english),
                       StrCat("OPC UA 서버의 응답을 해석할 수 없습니다: ", korean));
}

// `writes`: of a call that, when the bridge cannot say, may have changed something.
ToolError FromBridge(std::string_view text, bool writes) {
  const auto json = base::ParseJson(text, "opc ua bridge");
  std::string code = json.ok() ? StringOr(*json, "code", "unreachable") : "unreachable";
  const bool sent = json.ok() ? base::BoolOr(*json, "sent", false) : writes;
  const std::string detail = json.ok() ? StringOr(*json, "message", "") : std::string(text);
  const std::string_view korean =
      code == "auth"          ? "OPC UA 서버가 인증 또는 인증서를 거부했습니다"
      : code == "timeout"     ? "OPC UA 서버가 제한 시간 안에 응답하지 않았습니다"
      : code == "unreachable" ? "OPC UA 서버에 연결할 수 없습니다"
                              : "OPC UA 서버의 응답을 처리할 수 없습니다";
  if (sent) code = "in_doubt";
  return MakeToolError(code, StrCat("opc ua: ", detail),
                       StrCat(korean, ": ", base::Quoted(detail)));
}

// Severity of a status code: its top two bits (Part 4, 7.39.1).
std::string Quality(uint32_t status) {
  const uint32_t severity = status >> 30;
  return severity == 0 ? "good" : severity == 1 ? "uncertain" : "bad";
}

absl::Time TimeOr(const Json& json, const char* key, absl::Time fallback) {
  const auto time = base::ParseTimeText(StringOr(json, key, ""));
  return time.ok() ? *time : fallback;
}

// A number, or a truth value as 1 or 0.
std::optional<double> Number(const Json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  if (json[key].is_boolean()) return json[key].get<bool>() ? 1 : 0;
  return json[key].is_number() ? std::optional(json[key].get<double>()) : std::nullopt;
}

Sample ParseSample(const Json& json) {
  Sample sample;
  sample.status = static_cast<uint32_t>(base::IntOr(json, "status", 0));
  sample.quality = Quality(sample.status);
  sample.value = Number(json, "value");
  if (sample.quality == "bad") sample.value.reset();
  if (!sample.value.has_value()) sample.quality = "bad";
  sample.time = TimeOr(json, "source_time", TimeOr(json, "server_time", absl::UnixEpoch()));
  return sample;
}

Condition ParseCondition(const Json& json) {
  Condition condition;
  condition.id = StringOr(json, "condition", "");
  condition.event = StringOr(json, "event", "");
  condition.name = StringOr(json, "name", "");
  condition.source = StringOr(json, "source", "");
  condition.message = StringOr(json, "message", "");
  condition.severity = static_cast<int>(base::NumberOr(json, "severity", 0));
  condition.since = TimeOr(json, "active_since", TimeOr(json, "time", absl::UnixEpoch()));
  condition.active = base::BoolOr(json, "active", false);
  condition.acked = base::BoolOr(json, "acked", false);
  return condition;
}

std::string Utc(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

}  // namespace

// Times are asked for in whole milliseconds.
void SortWithin(absl::Time from, absl::Time to, std::vector<Sample>& samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const Sample& a, const Sample& b) { return a.time < b.time; });
  for (Sample& sample : samples) {
    if (sample.time < from - absl::Milliseconds(1) || sample.time > to) sample.quality = "bad";
  }
}

OpcUaClient::OpcUaClient(OpcUaOptions options) : options_(std::move(options)) {}

OpcUaClient::~OpcUaClient() {
  maru_opcua_free(client_);
  std::error_code ignored;  // what is left behind is an empty folder
  if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
}

// The library makes its folders wherever it is told to; told nothing, in the working directory.
absl::StatusOr<std::string> OpcUaClient::PkiFolder() {
  if (!options_.pki_directory.empty()) return options_.pki_directory;
  if (!scratch_.empty()) return scratch_;
  std::error_code error;
  std::string folder = (std::filesystem::temp_directory_path(error) / "maru-opcua-XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr)
    return base::Error(absl::StatusCode::kUnavailable,
                       "no temporary folder for certificates can be made",
                       "인증서를 둘 임시 폴더를 만들 수 없습니다");
  return scratch_ = folder;
}

std::optional<ToolError> OpcUaClient::Open() {
  const std::lock_guard lock(mutex_);
  if (client_ != nullptr) return std::nullopt;
  const auto pki = PkiFolder();
  if (!pki.ok()) return FromStatus(pki.status(), "opc ua");
  const std::string text = base::DumpJson({{"url", options_.url},
                                           {"security", options_.security},
                                           {"user", options_.user},
                                           {"password", options_.password},
                                           {"pki", *pki}});
  model_core::BridgeBuffer error;
  const int32_t code = maru_opcua_new(model_core::Data(text), text.size(), &client_, error.out());
  if (code == 0) return std::nullopt;
  return MakeToolError("invalid_argument", StrCat("opc ua options: ", error.text()),
                       StrCat("OPC UA 설정이 올바르지 않습니다: ", base::Quoted(error.text())));
}

Fallible<Json> OpcUaClient::Ask(const Json& request, const tools::CallContext& context) {
  if (auto error = Open()) return *error;
  const absl::Duration left = std::min(context.deadline - absl::Now(), kSlice);
  if (left <= absl::ZeroDuration() || (context.cancelled && context.cancelled())) {
    return MakeToolError("timeout", "opc ua: no time left",
                         "OPC UA 서버에 물을 시간이 남지 않았습니다");
  }
  const std::string text = base::DumpJson(request);
  model_core::BridgeBuffer out;
  const int32_t code =
      maru_opcua_call(client_, model_core::Data(text), text.size(),
                      static_cast<uint64_t>(absl::ToInt64Milliseconds(left)) + 1, out.out());
  if (code != 0) return FromBridge(out.text(), StringOr(request, "op", "") == "write");
  auto json = base::ParseJson(out.text(), "opc ua bridge");
  if (!json.ok()) return Malformed("what is no json", "JSON이 아닙니다");
  return *std::move(json);
}

Fallible<std::vector<Sample>> OpcUaClient::Read(const std::vector<std::string>& nodes,
                                                const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json answer, Ask({{"op", "read"}, {"nodes", nodes}}, context));
  std::vector<Sample> samples;
  for (const Json& value : answer["values"]) samples.push_back(ParseSample(value));
  if (samples.size() != nodes.size())
    return Malformed("another number of values", "값의 수가 물은 것과 다릅니다");
  return samples;
}

Fallible<std::vector<Sample>> OpcUaClient::History(const std::string& node, absl::Time from,
                                                   absl::Time to, size_t limit,
                                                   const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json answer, Ask({{"op", "history"},
                                         {"node", node},
                                         {"from", Utc(from)},
                                         {"to", Utc(to)},
                                         {"limit", limit}},
                                        context));
  if (base::BoolOr(answer, "more", false)) {
    return MakeToolError("invalid_argument",
                         StrCat("more than ", limit, " values in the period; ask for less"),
                         StrCat("기간의 값이 ", limit, "개를 넘습니다. 기간을 줄여 주십시오"));
  }
  if (Quality(static_cast<uint32_t>(base::IntOr(answer, "status", 0))) == "bad")
    return Malformed("bad to a history read", "이력을 읽지 못했다고 답했습니다");
  std::vector<Sample> samples;
  for (const Json& value : answer["values"]) samples.push_back(ParseSample(value));
  SortWithin(from, to, samples);
  return samples;
}

Fallible<Conditions> OpcUaClient::StandingConditions(const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json answer, Ask({{"op", "conditions"}}, context));
  Conditions conditions;
  conditions.complete = base::BoolOr(answer, "complete", false);
  for (const Json& condition : answer["conditions"])
    conditions.items.push_back(ParseCondition(condition));
  return conditions;
}

Fallible<uint32_t> OpcUaClient::Acknowledge(const Condition& condition, const std::string& comment,
                                            const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json answer, Ask({{"op", "acknowledge"},
                                         {"condition", condition.id},
                                         {"event", condition.event},
                                         {"comment", comment}},
                                        context));
  return static_cast<uint32_t>(base::IntOr(answer, "status", 0x80000000));
}

Fallible<Written> OpcUaClient::Write(const std::string& node, double value,
                                     const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json answer,
                 Ask({{"op", "write"}, {"node", node}, {"value", value}}, context));
  Written written;
  written.status = static_cast<uint32_t>(base::IntOr(answer, "status", 0x80000000));
  written.status_name = StringOr(answer, "status_name", "");
  written.type = StringOr(answer, "type", "unknown");
  written.value = Number(answer, "written");
  return written;
}

Fallible<Json> OpcUaClient::ServerState(const tools::CallContext& context) {
  return Ask({{"op", "state"}}, context);
}

}  // namespace connectors::manufacturing
