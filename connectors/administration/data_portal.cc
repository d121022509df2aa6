#include "connectors/administration/data_portal.h"

#include <algorithm>
#include <pugixml.hpp>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr SystemName kPortal = {"open data portal", "공공데이터포털"};

// Codes of the portal (공공데이터포털 OpenAPI 오류코드): 20, 30–33 the key; 21, 22 the quota; 03 no
// data.
tools::ToolError PortalError(const std::string& code, const std::string& words) {
  const auto error = [&](std::string kind) {
    return MakeToolError(std::move(kind), StrCat(kOpenDataSystem, " answered ", code, " ", words),
                         StrCat("공공데이터포털 오류 ", code, ": ", base::Quoted(words)));
  };
  if (code == "21" || code == "22" || code == "23") return error("quota");
  if (code == "20" || (code.size() == 2 && code[0] == '3' && code <= "33")) return error("auth");
  return error("error_in_200");
}

// <OpenAPI_ServiceResponse><cmmMsgHeader><returnAuthMsg/><returnReasonCode/>: also when JSON was
// asked for.
tools::ToolError XmlError(const std::string& body) {
  pugi::xml_document xml;
  if (!xml.load_string(body.c_str()))
    return MalformedData("neither JSON nor XML", "JSON도 XML도 아닌 응답입니다");
  const pugi::xml_node header = xml.first_child().child("cmmMsgHeader");
  const std::string code = header.child_value("returnReasonCode");
  if (!code.empty()) return PortalError(code, header.child_value("returnAuthMsg"));
  const pugi::xml_node plain = xml.child("response").child("header");
  const std::string result = plain.child_value("resultCode");
  return result.empty() ? MalformedData("XML of another kind", "약속과 다른 XML입니다")
                        : PortalError(result, plain.child_value("resultMsg"));
}

// `items` is {"item": [..]}, {"item": {..}} for one, "" for none, or the list itself.
std::vector<Json> Items(const Json& body) {
  Json items = body.is_object() ? body.value("items", Json()) : Json();
  if (items.is_object()) items = items.value("item", Json());
  if (items.is_object()) return {items};
  return items.is_array() ? std::vector<Json>(items.begin(), items.end()) : std::vector<Json>();
}

// `totalCount`, a number or a text of digits.
std::optional<int64_t> Total(const Json& body) {
  int64_t total = 0;
  if (!base::ParseInt(DataField(body, "totalCount"), total) || total < 0) return std::nullopt;
  return total;
}

}  // namespace

tools::ToolError MalformedData(std::string_view english, std::string_view korean) {
  return MakeToolError("malformed_upstream", StrCat(kOpenDataSystem, ": ", english),
                       StrCat("공공데이터포털: ", korean));
}

std::string DataField(const Json& item, const char* name) {
  if (!item.is_object() || !item.contains(name)) return "";
  const Json& value = item[name];
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? base::DumpJson(value) : "";
}

Fallible<DataPortal::Page> DataPortal::Ask(const std::string& path, const Parameters& parameters,
                                           const tools::CallContext& context) const {
  std::string query, shown;
  for (const auto& [name, value] : parameters)
    shown += StrCat(shown.empty() ? "?" : "&", name, "=", UrlEncode(value));
  query = StrCat(shown, "&serviceKey=", UrlEncode(options_.service_key));
  const auto response = http_.Do({"GET", StrCat(options_.base_url, path, query), {}, ""}, context);
  if (!response.ok()) return FromHttpStatus(response.status(), kPortal, false);
  if (response->status == 429) return PortalError("22", "HTTP 429");
  if (response->status != 200) return FromHttpResponse(*response, kPortal, false);
  if (base::Trim(response->body).starts_with("<")) return XmlError(response->body);
  const auto json = base::ParseJson(response->body, kOpenDataSystem);
  if (!json.ok() || !json->is_object() || !json->contains("response"))
    return MalformedData("an answer without 'response'", "응답에 'response'가 없습니다");
  const Json answer = (*json)["response"];
  const Json header = answer.is_object() ? answer.value("header", Json::object()) : Json::object();
  const std::string code = DataField(header, "resultCode");
  const policies::Origin origin =
      MakeOrigin(kOpenDataSystem, path + shown, "", absl::Now(), response->body);
  if (code == "03") return Page{{}, origin, 0};  // no data: an answer, and an empty one
  if (code.empty())
    return MalformedData("an answer without 'resultCode'", "응답에 'resultCode'가 없습니다");
  if (code != "00" && code != "0000") return PortalError(code, DataField(header, "resultMsg"));
  const Json body = answer.value("body", Json::object());
  return Page{Items(body), origin, Total(body)};
}

Fallible<DataPortal::List> DataPortal::Pages(const std::string& path, const Parameters& parameters,
                                             int rows, const tools::CallContext& context) const {
  List list;
  for (int64_t given = 0, total = 0; list.pages.size() < kPagesMax;) {
    Parameters asked = parameters;
    asked.emplace_back("numOfRows", StrCat(rows));
    asked.emplace_back("pageNo", StrCat(list.pages.size() + 1));
    ASSIGN_OR_FAIL(Page page, Ask(path, asked, context));
    if (!page.total) return MalformedData("a list without 'totalCount'", "목록에 건수가 없습니다");
    total = std::max(total, *page.total);  // a later page may say that there is no data
    const bool more = given + static_cast<int64_t>(page.items.size()) < total;
    const bool again = !list.pages.empty() && page.items == list.pages.back().items;
    if (again || (more && page.items.empty())) {
      return MalformedData(
          StrCat("a list of ", total, " that gives ", given, again ? ", the same page twice" : ""),
          StrCat("목록이 ", total, "건이라면서 ", given, "건만 주었습니다",
                 again ? " (같은 쪽이 두 번 왔습니다)" : ""));
    }
    given += static_cast<int64_t>(page.items.size());
    list.pages.push_back(std::move(page));
    if (!more) return list;
  }
  list.whole = false;
  return list;
}

}  // namespace connectors::administration
