#include "connectors/legal/drf.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr SystemName kLawService = {"law service", "법령 서비스"};
constexpr size_t kPageRows = 100;  // the service's own maximum
constexpr size_t kPagesMax = 20;

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

ToolError Malformed(std::string_view detail_en, std::string_view detail_ko) {
  return MakeToolError("malformed_upstream", StrCat("law service: ", detail_en),
                       StrCat("법령 서비스: ", detail_ko));
}

ToolError Refused() {
  return MakeToolError(
      "auth",
      "law service: the caller is not accepted; register this server's address and check the OC "
      "key",
      "법령 서비스가 호출자를 인정하지 않습니다. 서버 IP 등록과 OC 키를 확인하십시오");
}

// An HTML page instead of data. A page of script that wants a browser is a bot check: reported, not
// circumvented.
ToolError FromPage(std::string_view page) {
  if (HasAny(page, {"사용자 정보 검증", "인증", "미신청"})) return Refused();
  if (HasAny(page, {"자동화", "로봇", "비정상적인 접근", "captcha", "<script"})) {
    return MakeToolError(
        "blocked",
        "law service: a bot check stands before the service; use a registered address or a mirror",
        "법령 서비스 앞에서 자동 접속이 차단되었습니다. 등록된 주소나 내부 미러를 사용하십시오");
  }
  return Malformed("an HTML page instead of data", "자료 대신 HTML 오류 화면이 왔습니다");
}

bool IsPage(std::string_view bytes) {
  const std::string head = base::LowerAscii(bytes.substr(0, 512));
  return HasAny(head, {"<!doctype html", "<html"});
}

// <Response><result>…</result><msg>…</msg></Response>, and resultCode other than 00.
std::optional<ToolError> FromEnvelope(pugi::xml_node root) {
  const std::string_view code = root.child_value("resultCode");
  if (!code.empty() && code != "00") {
    return Malformed(StrCat("result code ", code, ": ", root.child_value("resultMsg")),
                     StrCat("결과 코드 ", code, ": ", root.child_value("resultMsg")));
  }
  if (!root.child("msg") || !root.child("result")) return std::nullopt;
  const std::string text = StrCat(root.child_value("result"), " ", root.child_value("msg"));
  if (HasAny(text, {"검증", "인증", "등록", "신청"})) return Refused();
  return Malformed(StrCat("failed: ", text), StrCat("실패: ", text));
}

void Collect(pugi::xml_node root, const char* key, std::vector<pugi::xml_node>& rows) {
  for (pugi::xml_node row : root.children()) {
    if (row.child(key)) rows.push_back(row);
  }
}

std::string Text(pugi::xml_node row) {
  std::string text;
  for (pugi::xml_node field : row.children()) text += StrCat(field.child_value(), "\n");
  return text;
}

// Whether the rows from `first` on are those right before them once more: what a service gives that
// knows no pages.
bool Repeats(const std::vector<pugi::xml_node>& rows, size_t first) {
  const size_t count = rows.size() - first;
  if (count == 0 || count > first) return false;
  const auto page = rows.begin() + static_cast<std::ptrdiff_t>(first);
  return std::equal(page, rows.end(), page - static_cast<std::ptrdiff_t>(count),
                    [](pugi::xml_node a, pugi::xml_node b) { return Text(a) == Text(b); });
}

}  // namespace

std::string Rows::bytes() const {
  std::string all;
  for (const Answer& page : pages) all += page.bytes;
  return all;
}

Fallible<Answer> ReadAnswer(std::string bytes, absl::Time time) {
  if (base::Trim(bytes).empty()) return Malformed("an empty answer", "빈 응답이 왔습니다");
  if (IsPage(bytes)) return FromPage(bytes);
  if (base::WellFormedUtf8(bytes) != bytes)
    return Malformed("text in another encoding than UTF-8", "응답이 UTF-8 글이 아닙니다");
  auto document = std::make_shared<pugi::xml_document>();
  const auto parsed =
      document->load_buffer(bytes.data(), bytes.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed || !document->document_element()) {
    return Malformed(StrCat("not XML at byte ", parsed.offset),
                     StrCat("응답이 XML 형식이 아닙니다 (", parsed.offset, "번째 바이트)"));
  }
  if (auto error = FromEnvelope(document->document_element())) return *error;
  return Answer{std::move(document), std::move(bytes), time};
}

Fallible<Answer> Drf::Get(std::string_view endpoint, std::string_view target,
                          const Parameters& parameters, const tools::CallContext& context) const {
  HttpRequest request;
  request.url = StrCat(options_.base_url, "/", endpoint, "?OC=", UrlEncode(options_.oc_key),
                       "&target=", target, "&type=XML");
  for (const auto& [name, value] : parameters)
    request.url += StrCat("&", name, "=", UrlEncode(value));
  if (!options_.referer.empty()) request.headers.emplace_back("Referer", options_.referer);
  auto response = http_.Do(request, context);
  if (!response.ok()) return FromHttpStatus(response.status(), kLawService, false);
  if (response->status ==
      404) {  // both endpoints always exist: a burst of calls is answered so, and a wrong address
    return MakeToolError(
        "unreachable", "law service answered HTTP 404: a wrong address, or too many calls at once",
        "법령 서비스가 HTTP 404로 답했습니다. 주소가 틀렸거나 호출이 몰렸습니다");
  }
  if (response->status != 200) return FromHttpResponse(*response, kLawService, false);
  return ReadAnswer(std::move(response->body), clock_.Now());
}

Fallible<Answer> Drf::Body(std::string_view target, Parameters parameters,
                           std::vector<std::string_view> roots,
                           const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(Answer answer, Get("lawService.do", target, parameters, context));
  const std::string_view root = answer.root().name();
  if (std::find(roots.begin(), roots.end(), root) != roots.end()) return answer;
  if (HasAny(answer.root().child_value(), {"일치하는"})) {
    return MakeToolError("not_found", "law service: no such record",
                         "법령 서비스에 해당 자료가 없습니다");
  }
  return Malformed(
      StrCat("<", root, "> instead of <", roots.front(), ">"),
      StrCat("<", roots.front(), "> 대신 <", root, ">", base::Particle(root, "이"), " 왔습니다"));
}

Fallible<Rows> Drf::List(std::string_view target, const Parameters& parameters, const char* key,
                         size_t rows_max, const tools::CallContext& context) const {
  Rows out;
  for (size_t page = 1; page <= kPagesMax; ++page) {
    Parameters asked = parameters;
    asked.emplace_back("display",
                       StrCat(rows_max == 0 ? kPageRows : std::min(rows_max, kPageRows)));
    asked.emplace_back("page", StrCat(page));
    ASSIGN_OR_FAIL(Answer answer, Get("lawSearch.do", target, asked, context));
    int64_t total = 0;
    if (!base::ParseInt(base::Trim(answer.root().child_value("totalCnt")), total) || total < 0) {
      return Malformed("a list without its count", "목록에 건수가 없습니다");
    }
    const size_t wanted =
        rows_max == 0 ? static_cast<size_t>(total) : std::min<size_t>(total, rows_max);
    out.total = total;
    const size_t before = out.rows.size();
    Collect(answer.root(), key, out.rows);
    out.pages.push_back(std::move(answer));
    const bool again = Repeats(out.rows, before);
    if (!again && out.rows.size() >= wanted) return out;
    if (again || out.rows.size() == before) {
      return Malformed(
          StrCat("a list of ", total, " that gives ", before, again ? ", the same page twice" : ""),
          "목록의 건수와 내용이 다릅니다");
    }
  }
  return MakeToolError(
      "partial", StrCat("law service: more than ", kPagesMax, " pages; name the law more exactly"),
      StrCat("법령 서비스: 결과가 ", kPagesMax,
             "쪽을 넘습니다. 법령 이름을 더 정확히 적어 주십시오"));
}

}  // namespace connectors::legal
