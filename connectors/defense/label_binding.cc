#include "connectors/defense/label_binding.h"

#include <openssl/evp.h>

#include <pugixml.hpp>
#include <sstream>

#include "connectors/defense/grades.h"
#include "connectors/defense/xml_signature.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;

constexpr char kLabelNamespace[] = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";
constexpr char kBindingNamespace[] = "urn:nato:stanag:4778:bindinginformation:1:0";
constexpr char kSignatureNamespace[] = "http://www.w3.org/2000/09/xmldsig#";
constexpr char kSha384[] = "http://www.w3.org/2001/04/xmldsig-more#sha384";

std::string Sha384Base64(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha384(), nullptr);
  return base::Base64Encode({reinterpret_cast<const char*>(digest), size});
}

std::string Utc(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

std::string Uri(const std::string& document) { return StrCat("urn:maru:document:", document); }

void AddText(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

void AddLabel(pugi::xml_node metadata, const LabelPolicy& policy, const std::string& grade,
              absl::Time created) {
  pugi::xml_node label = metadata.append_child("slab:originatorConfidentialityLabel");
  label.append_attribute("xmlns:slab") = kLabelNamespace;
  AddText(label, "slab:CreationDateTime", Utc(created));
  AddText(label, "slab:ReviewDateTime", Utc(created + absl::Hours(24 * 3653)));
  pugi::xml_node information = label.append_child("slab:ConfidentialityInformation");
  AddText(information, "slab:PolicyIdentifier", policy.identifier);
  AddText(information, "slab:Classification", policy.grades[grade].get<std::string>());
}

void AddReference(pugi::xml_node binding, const LabelledDocument& document) {
  pugi::xml_node reference = binding.append_child("mb:DataReference");
  reference.append_attribute("URI") = Uri(document.id).c_str();
  reference.append_child("ds:DigestMethod").append_attribute("Algorithm") = kSha384;
  AddText(reference, "ds:DigestValue", Sha384Base64(document.bytes));
}

std::string Unsigned(const LabelPolicy& policy, const LabelledDocument& document,
                     const std::string& grade, absl::Time created) {
  pugi::xml_document xml;
  pugi::xml_node root = xml.append_child("mb:BindingInformation");
  root.append_attribute("xmlns:mb") = kBindingNamespace;
  root.append_attribute("xmlns:ds") = kSignatureNamespace;
  pugi::xml_node binding =
      root.append_child("mb:MetadataBindingContainer").append_child("mb:MetadataBinding");
  AddLabel(binding.append_child("mb:Metadata"), policy, grade, created);
  AddReference(binding, document);
  std::ostringstream text;
  xml.save(text, "", pugi::format_raw, pugi::encoding_utf8);
  return text.str();
}

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("binding: ", english),
                     StrCat("등급 표시: ", korean));
}

// The one child of that name; a binding with two labels or two references says nothing certain.
pugi::xml_node Only(pugi::xml_node parent, const char* name) {
  const auto children = parent.children(name);
  const auto first = children.begin();
  return first != children.end() && std::next(first) == children.end() ? *first : pugi::xml_node();
}

absl::StatusOr<std::string> GradeIn(const LabelPolicy& policy, pugi::xml_node binding) {
  const pugi::xml_node label =
      Only(Only(binding, "mb:Metadata"), "slab:originatorConfidentialityLabel");
  const pugi::xml_node information = Only(label, "slab:ConfidentialityInformation");
  if (policy.identifier != information.child_value("slab:PolicyIdentifier"))
    return Invalid("label of another policy", "다른 정책의 등급입니다");
  const std::string text = information.child_value("slab:Classification");
  for (const auto& [grade, classification] : policy.grades.items()) {
    if (classification == text) return grade;
  }
  return Invalid(StrCat("classification '", text, "' is not of the policy"),
                 StrCat("등급 '", text, "'", base::Particle(text, "은"), " 정책에 없습니다"));
}

absl::Status WrongPolicy(const std::string& path, std::string_view english,
                         std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("label policy ", path, english),
                     StrCat("등급 표시 정책 ", path, ": ", korean));
}

absl::Status CheckPolicy(const LabelPolicy& policy, const std::string& path) {
  for (const char* grade : {"O", "S", "C", "restricted", "III", "II", "I"}) {
    if (base::StringOr(policy.grades, grade, "").empty()) {
      return WrongPolicy(path, StrCat(": grade '", grade, "' has no classification"),
                         StrCat("등급 '", grade, "'의 표시가 없습니다"));
    }
  }
  for (const Json& recipient : policy.recipients) {
    const bool whole = !base::StringOr(recipient, "name", "").empty() &&
                       LabelOf(base::StringOr(recipient, "n2sf", "")).has_value();
    if (!whole)
      return WrongPolicy(
          path, StrCat(": recipient ", base::DumpJson(recipient)),
          StrCat("제공 대상 ", base::DumpJson(recipient), "에 이름이나 등급이 없습니다"));
  }
  if (policy.identifier.empty())
    return WrongPolicy(path, ": no identifier 'policy'", "식별자 'policy'가 없습니다");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LabelPolicy> LoadLabelPolicy(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"label policy", "등급 표시 정책"}));
  if (!json.is_object()) return WrongPolicy(path, " is no object", "객체가 아닙니다");
  LabelPolicy policy{base::StringOr(json, "policy", ""), json.value("grades", Json::object()),
                     json.value("recipients", Json::array())};
  RETURN_IF_ERROR(CheckPolicy(policy, path));
  return policy;
}

absl::StatusOr<std::string> MakeBinding(const LabelPolicy& policy, const BindingKeys& keys,
                                        const LabelledDocument& document, const std::string& grade,
                                        absl::Time created) {
  return SignXml(Unsigned(policy, document, grade, created), keys.key_path);
}

absl::StatusOr<std::string> CheckBinding(const LabelPolicy& policy, const BindingKeys& keys,
                                         const LabelledDocument& document) {
  RETURN_IF_ERROR(VerifyXml(document.binding, keys.certificate_path));
  pugi::xml_document xml;
  if (!xml.load_buffer(document.binding.data(), document.binding.size()))
    return Invalid("not well-formed xml", "XML 형식이 아닙니다");
  const pugi::xml_node root = xml.child("mb:BindingInformation");
  const pugi::xml_node binding =
      Only(Only(root, "mb:MetadataBindingContainer"), "mb:MetadataBinding");
  const pugi::xml_node reference = Only(binding, "mb:DataReference");
  if (Uri(document.id) != reference.attribute("URI").value())
    return Invalid("it is of another document", "다른 문서의 등급 표시입니다");
  if (Sha384Base64(document.bytes) != reference.child_value("ds:DigestValue"))
    return Invalid("the document was altered", "문서가 바뀌었습니다");
  return GradeIn(policy, binding);
}

}  // namespace connectors::defense
