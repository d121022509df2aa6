#include "connectors/administration/data_portal.h"

#include <pugixml.hpp>

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
                         StrCat("공공데이터포털 오류 ", code, " ", words));
  };
  if (code == "21" || code == "22" || code == "23") return error("quota");
  if (code == "20" || (code.size() == 2 && code[0] == '3' && code <= "33")) return error("auth");
  return error("error_in_200");
}

// <OpenAPI_ServiceResponse><cmmMsgHeader><returnAuthMsg/><returnReasonCode/>: also when JSON was
// asked for.
tools::ToolError XmlError(const std::string& body) {
  pugi::xml_document xml;
  if (!xml.load_string(body.c_str())) return MalformedData("neither JSON nor XML");
  const pugi::xml_node header = xml.first_child().child("cmmMsgHeader");
  const std::string code = header.child_value("returnReasonCode");
  if (!code.empty()) return PortalError(code, header.child_value("returnAuthMsg"));
  const pugi::xml_node plain = xml.child("response").child("header");
  const std::string result = plain.child_value("resultCode");
  return result.empty() ? MalformedData("XML of another kind")
                        : PortalError(result, plain.child_value("resultMsg"));
}

// `items` is {"item": [..]}, {"item": {..}} for one, "" for none, or the list itself.
std::vector<Json> Items(const Json& body) {
  Json items = body.value("items", Json());
  if (items.is_object()) items = items.value("item", Json());
  if (items.is_object()) return {items};
  return items.is_array() ? std::vector<Json>(items.begin(), items.end()) : std::vector<Json>();
}

}  // namespace

tools::ToolError MalformedData(std::string_view what) {
  return MakeToolError("malformed_upstream", StrCat(kOpenDataSystem, ": ", what),
                       "공공데이터포털의 응답을 알아볼 수 없습니다");
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
    return MalformedData("an answer without 'response'");
  const Json answer = (*json)["response"];
  const Json header = answer.is_object() ? answer.value("header", Json::object()) : Json::object();
  const std::string code = DataField(header, "resultCode");
  const policies::Origin origin =
      MakeOrigin(kOpenDataSystem, path + shown, "", absl::Now(), response->body);
  if (code == "03") return Page{{}, origin};  // no data: an answer, and an empty one
  if (code.empty()) return MalformedData("an answer without 'resultCode'");
  if (code != "00" && code != "0000") return PortalError(code, DataField(header, "resultMsg"));
  return Page{Items(answer.value("body", Json::object())), origin};
}

}  // namespace connectors::administration
