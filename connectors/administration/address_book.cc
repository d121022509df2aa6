#include "connectors/administration/address_book.h"

#include <algorithm>

#include "connectors/tool_kit.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

std::string Key(std::string_view text) {
  return base::LowerAscii(base::ReplaceAll(base::Trim(text), " ", ""));
}

constexpr size_t kAddressMax = 254;  // RFC 5321, 4.5.3.1

// One @, no white space, nothing that ends or splits a header.
bool IsAddress(const std::string& text) {
  const size_t at = text.find('@');
  return text.size() <= kAddressMax && at != std::string::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string::npos &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) {
           return c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';' || c == '"';
         });
}

absl::StatusOr<policies::Label> MayReceiveOf(const Json& entry) {
  Json label = entry.value("may_receive", Json::object());
  if (label.is_object()) label["integrity"] = "untrusted";
  return policies::ParseLabel(label);
}

tools::ToolError Forbidden(const std::string& to) {
  return tools::MakeToolError(
      "recipient_forbidden",
      StrCat("'", to, "' is not in the address book, nor an address of a permitted domain"),
      StrCat("'", to, "'", base::Particle(to, "은"),
             " 주소록에 없고 허용된 도메인의 주소도 아닙니다"));
}

}  // namespace

absl::StatusOr<AddressBook> AddressBook::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"address book", "주소록"}));
  const auto wrong = [&](std::string_view english, std::string_view korean) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("address book ", path, ": ", english),
                       StrCat("주소록 ", path, ": ", korean));
  };
  const auto no_label = [&](const std::string& whose, const absl::Status& fault) {
    return wrong(StrCat(whose, std::string(fault.message())),
                 StrCat(whose, base::Message(fault, base::Language::kKorean)));
  };
  if (!json.is_object()) return wrong("is no object", "객체가 아닙니다");
  AddressBook book;
  for (const Json& entry : json.value("entries", Json::array())) {
    const auto may_receive = MayReceiveOf(entry);
    const std::string address = StringOr(entry, "address", "");
    if (!IsAddress(address)) {
      return wrong(
          StrCat("'", address, "' is no address"),
          StrCat("'", address, "'", base::Particle(address, "은"), " 메일 주소가 아닙니다"));
    }
    if (!may_receive.ok()) return no_label(StrCat("'", address, "': "), may_receive.status());
    Entry parsed{{Key(address)}, {"", address, *may_receive}};
    for (const Json& name : entry.value("names", Json::array())) {
      if (!name.is_string() || book.ByKey(Key(name.get<std::string>())) != nullptr)
        return wrong(StrCat("name ", base::DumpJson(name), " is no word, or there twice"),
                     StrCat("이름 ", base::DumpJson(name), ": 글이 아니거나 두 번 나옵니다"));
      if (parsed.recipient.name.empty()) parsed.recipient.name = name.get<std::string>();
      parsed.keys.push_back(Key(name.get<std::string>()));
    }
    book.entries_.push_back(std::move(parsed));
  }
  for (const Json& entry : json.value("domains", Json::array())) {
    const auto may_receive = MayReceiveOf(entry);
    if (!may_receive.ok()) return no_label("", may_receive.status());
    book.domains_.emplace_back(base::LowerAscii(StringOr(entry, "domain", "")), *may_receive);
  }
  return book;
}

const AddressBook::Entry* AddressBook::ByKey(const std::string& key) const {
  for (const Entry& entry : entries_) {
    if (std::find(entry.keys.begin(), entry.keys.end(), key) != entry.keys.end()) return &entry;
  }
  return nullptr;
}

Fallible<Recipient> AddressBook::Find(const std::string& to) const {
  if (const Entry* entry = ByKey(Key(to))) return entry->recipient;
  const std::string address(base::Trim(to));
  if (!IsAddress(address)) return Forbidden(to);
  const std::string domain = base::LowerAscii(address.substr(address.find('@') + 1));
  for (const auto& [allowed, may_receive] : domains_) {
    if (domain == allowed) return Recipient{"", address, may_receive};
  }
  return Forbidden(to);
}

bool MayReceive(const Recipient& recipient, const policies::Label& label) {
  return policies::MayRead({recipient.may_receive.n2sf, recipient.may_receive.mil}, label) &&
         label.privacy <= recipient.may_receive.privacy;
}

}  // namespace connectors::administration
