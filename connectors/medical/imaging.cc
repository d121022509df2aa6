// imaging.find over QIDO-RS: series of a patient, gathered into studies. No pixels are read.
#include "connectors/medical/imaging.h"

#include <algorithm>
#include <map>

#include "connectors/days.h"
#include "connectors/medical/care.h"
#include "connectors/medical/record.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr SystemName kServer = {"DICOMweb server", "DICOMweb 서버"};
constexpr char kImagingSystem[] = "medical.dicomweb";
constexpr size_t kSeriesMax = 500;

// DICOM modalities of a catalogue value, one query each; "" asks for all. Computed and digital
// radiography are both X-ray.
std::vector<std::string> Modalities(const std::string& modality) {
  return modality == "XR" ? std::vector<std::string>{"CR", "DX"} : std::vector{modality};
}

std::string CatalogueModality(const std::string& dicom) {
  if (dicom == "CR" || dicom == "DX" || dicom == "RG") return "XR";
  for (std::string_view known : {"CT", "MR", "US", "MG"}) {
    if (dicom == known) return dicom;
  }
  return "";
}

// Body Part Examined (DICOM PS3.16 annex L) by what people call it.
std::vector<std::string> BodyParts(const std::string& name) {
  static const std::map<std::string, std::vector<std::string>> kParts{
      {"복부", {"ABDOMEN", "ABDOMENPELVIS"}},
      {"배", {"ABDOMEN", "ABDOMENPELVIS"}},
      {"흉부", {"CHEST"}},
      {"가슴", {"CHEST"}},
      {"폐", {"CHEST", "LUNG"}},
      {"머리", {"HEAD", "BRAIN", "SKULL"}},
      {"두부", {"HEAD", "BRAIN", "SKULL"}},
      {"뇌", {"BRAIN", "HEAD"}},
      {"골반", {"PELVIS", "ABDOMENPELVIS"}},
      {"척추", {"SPINE", "CSPINE", "TSPINE", "LSPINE"}},
      {"경추", {"CSPINE"}},
      {"흉추", {"TSPINE"}},
      {"요추", {"LSPINE"}},
      {"목", {"NECK"}},
      {"경부", {"NECK"}},
      {"심장", {"HEART"}},
      {"유방", {"BREAST"}},
      {"어깨", {"SHOULDER"}},
      {"무릎", {"KNEE"}},
      {"손", {"HAND"}},
      {"손목", {"WRIST"}},
      {"발", {"FOOT"}},
      {"발목", {"ANKLE"}},
      {"간", {"LIVER", "ABDOMEN"}},
      {"신장", {"KIDNEY"}},
  };
  const auto it = kParts.find(std::string(base::Trim(name)));
  if (it != kParts.end()) return it->second;
  std::string upper(base::Trim(name));
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return {base::ReplaceAll(upper, " ", "")};
}

// The first value of a DICOM JSON attribute, as text.
std::string Attribute(const Json& dataset, const char* tag) {
  const Json& value = First(Member(Member(dataset, tag), "Value"));
  return value.is_string() ? std::string(base::Trim(value.get<std::string>())) : "";
}

std::string DicomDay(const std::string& iso) {
  return base::ReplaceAll(iso.substr(0, 10), "-", "");
}

struct Question {
  std::string patient, modality, body_part, from, to;  // days as YYYYMMDD, empty: not limited
};

Question ReadQuestion(const Json& arguments) {
  const Json& period = Member(arguments, "period");
  return {base::StringOr(arguments, "patient", ""), base::StringOr(arguments, "modality", ""),
          base::StringOr(arguments, "body_part", ""), DicomDay(base::StringOr(period, "from", "")),
          DicomDay(base::StringOr(period, "to", ""))};
}

std::string QueryUrl(const std::string& base_url, const Question& question,
                     const std::string& modality) {
  std::string url =
      StrCat(base_url, "/series?PatientID=", UrlEncode(question.patient), "&limit=", kSeriesMax);
  if (!question.from.empty()) url += StrCat("&StudyDate=", question.from, "-", question.to);
  if (!modality.empty()) url += StrCat("&Modality=", modality);
  for (const char* field : {"00080020", "00080060", "00081030", "00100020", "00180015"})
    url += StrCat("&includefield=", field);
  return url;
}

// Whether a series is of the body part: by its own attribute, else by the words of its description.
bool Shows(const Json& series, const std::string& body_part) {
  if (body_part.empty()) return true;
  const std::string part = Attribute(series, "00180015");
  const auto wanted = BodyParts(body_part);
  if (!part.empty() && std::find(wanted.begin(), wanted.end(), part) != wanted.end()) return true;
  return part.empty() && Attribute(series, "00081030").find(body_part) != std::string::npos;
}

// Whether it is what was asked for, as far as it says; a server may heed no filter.
bool Fits(const Json& series, const Question& question, const std::string& modality) {
  const std::string kind = Attribute(series, "00080060"), day = Attribute(series, "00080020");
  if (!modality.empty() && !kind.empty() && kind != modality) return false;
  const bool outside = !question.from.empty() && (day < question.from || day > question.to);
  return day.empty() || !outside;
}

Json Item(const Json& series) {
  return {{"study_id", Attribute(series, "0020000D")},
          {"modality", TextOrNull(CatalogueModality(Attribute(series, "00080060")))},
          {"body_part", TextOrNull(Attribute(series, "00180015"))},
          {"taken", TextOrNull(IsoDay(Attribute(series, "00080020")))},
          {"description", TextOrNull(Attribute(series, "00081030"))}};
}

}  // namespace

Fallible<bool> Imaging::Ping(const tools::CallContext& context) const {
  ASSIGN_OR_FAIL([[maybe_unused]] Answer answer,
                 Get(options_.base_url + "/studies?limit=1", context));
  return true;
}

Fallible<Imaging::Answer> Imaging::Get(const std::string& url,
                                       const tools::CallContext& context) const {
  HttpRequest request{"GET", url, {{"Accept", "application/dicom+json"}}, ""};
  if (!options_.user.empty()) {
    request.headers.emplace_back(
        "Authorization",
        "Basic " + base::Base64Encode(StrCat(options_.user, ":", options_.password)));
  }
  auto response = http_.Do(request, context);
  if (!response.ok()) return FromHttpStatus(response.status(), kServer, false);
  if (response->status == 204)
    return Answer{Json::array(), "", clock_.Now(), false};  // nothing matches
  if (response->status != 200) return FromHttpResponse(*response, kServer, false);
  auto json = base::ParseJson(response->body, "answer");
  if (!json.ok() || !json->is_array()) {
    return MakeToolError("malformed_upstream",
                         StrCat(kServer.english, ": the answer is no list of datasets"),
                         "DICOMweb 서버의 응답 형식이 다릅니다");
  }
  // A server with a lower limit than was asked for says so in a warning (PS3.18, 8.3.4.4).
  const std::string warning = base::LowerAscii(response->Header("warning"));
  const bool cut = warning.find("additional results") != std::string::npos;
  return Answer{*std::move(json), std::move(response->body), clock_.Now(), cut};
}

Fallible<Imaging::Answer> Imaging::Series(const std::string& url, const std::string& patient,
                                          const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(Answer answer, Get(url, context));
  if (answer.cut || answer.datasets.size() >= kSeriesMax) {
    return MakeToolError("partial",
                         StrCat(kServer.english, ": more series than it gives at once (",
                                answer.datasets.size(), "); name a period"),
                         StrCat("영상 검사가 한 번에 받을 수 있는 것보다 많습니다 (",
                                answer.datasets.size(), "건). 기간을 적어 주십시오"));
  }
  for (const Json& series : answer.datasets) {
    if (Attribute(series, "0020000D").empty()) {
      return MakeToolError("malformed_upstream",
                           StrCat(kServer.english, ": a series without its study"),
                           "DICOMweb 서버가 검사 번호 없는 자료를 보냈습니다");
    }
    if (Attribute(series, "00100020") == patient) continue;
    return MakeToolError("malformed_upstream",
                         StrCat(kServer.english, ": a study of another patient"),
                         "DICOMweb 서버가 다른 환자의 검사를 보냈습니다");
  }
  return answer;
}

Fallible<policies::Label> Imaging::LabelOf(const tools::ToolCall& call,
                                           const tools::CallContext& context) const {
  if (fhir_.options().base_url.empty()) return PatientLabel(Json());
  ASSIGN_OR_FAIL(Record patient, PatientOf(fhir_, call, context));
  return PatientLabel(patient.resource);
}

ToolOutcome Imaging::Find(const tools::ToolCall& call, const tools::CallContext& context) const {
  const Question question = ReadQuestion(call.arguments());
  ASSIGN_OR_FAIL(policies::Label label, LabelOf(call, context));
  std::map<std::pair<std::string, std::string>, std::pair<Json, policies::Origin>>
      studies;  // by day and UID
  std::string bytes;
  for (const std::string& modality : Modalities(question.modality)) {
    ASSIGN_OR_FAIL(Answer answer, Series(QueryUrl(options_.base_url, question, modality),
                                         question.patient, context));
    bytes += answer.bytes;
    for (const Json& series : answer.datasets) {
      if (!Fits(series, question, modality) || !Shows(series, question.body_part)) continue;
      Json item = Item(series);
      const std::string uid = base::StringOr(item, "study_id", "");
      const std::pair key{base::StringOr(item, "taken", ""), uid};
      studies.try_emplace(key, std::move(item),
                          MakeOrigin(kImagingSystem, uid, "", answer.time, answer.bytes));
    }
  }
  tools::ToolResult result{{{"items", Json::array()}}, label, {}};
  for (auto it = studies.rbegin(); it != studies.rend(); ++it) {  // newest first
    result.value["items"].push_back(it->second.first);
    result.origins.push_back(it->second.second);
  }
  if (studies.empty())
    result.origins.push_back(MakeOrigin(kImagingSystem, question.patient, "", clock_.Now(), bytes));
  return result;
}

}  // namespace connectors::medical
