// DUR rules: reading the files, and which drug a name means.
#include "connectors/medical/dur.h"

#include <algorithm>
#include <set>

#include "connectors/days.h"
#include "connectors/medical/csv.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {
namespace {

using base::StrCat;

constexpr size_t kPrefixBytesMin = 6;  // two syllables

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

absl::StatusOr<std::string> ReadUtf8(const std::string& path) {
  auto read = base::ReadFile(path);
  if (!read.ok()) {
    return base::Error(absl::StatusCode::kUnavailable, std::string(read.status().message()),
                       base::Message(read.status(), base::Language::kKorean));
  }
  std::string bytes = *std::move(read);
  if (base::FirstInvalidUtf8(bytes) != std::string::npos)
    return Invalid(StrCat(path, ": is not UTF-8"), StrCat(path, ": UTF-8이 아닙니다"));
  return bytes;
}

std::string Key(std::string_view name) {
  return base::ReplaceAll(base::LowerAscii(base::Trim(name)), " ", "");
}

std::string Field(const std::map<std::string, std::string>& row, const std::string& name) {
  const auto it = row.find(name);
  return it == row.end() ? "" : it->second;
}

std::set<std::string> Codes(const std::vector<Ingredient>& ingredients) {
  std::set<std::string> codes;
  for (const Ingredient& ingredient : ingredients) codes.insert(ingredient.code);
  return codes;
}

}  // namespace

std::string_view Name(Outcome outcome) {
  constexpr std::string_view kNames[] = {"clear", "caution", "not_checked", "contraindicated"};
  return kNames[static_cast<size_t>(outcome)];
}

absl::Status DurRules::AddRules(const std::string& bytes) {
  ASSIGN_OR_RETURN(const auto rows, ReadCsv(bytes));
  std::string newest;
  for (const auto& row : rows) {
    for (const char* field : {"TYPE_NAME", "INGR_CODE", "INGR_KOR_NAME", "DEL_YN"}) {
      if (!row.contains(field))
        return Invalid(StrCat("DUR rules lack the field ", field),
                       StrCat("DUR 기준에 ", field, " 항목이 없습니다"));
    }
    for (const std::string side : {"", "MIXTURE_"}) {
      const Ingredient ingredient{Field(row, side + "INGR_CODE"),
                                  Field(row, side + "INGR_KOR_NAME")};
      if (ingredient.code.empty()) continue;
      for (const char* name : {"INGR_KOR_NAME", "INGR_ENG_NAME"}) {
        if (const std::string key = Key(Field(row, side + name)); !key.empty())
          ingredients_[key] = {ingredient};
      }
    }
    if (Field(row, "DEL_YN") == "Y") continue;
    newest = std::max(newest, Field(row, "NOTIFICATION_DATE"));
    rules_.push_back({Field(row, "DUR_SEQ"), Field(row, "TYPE_NAME"), Field(row, "INGR_CODE"),
                      Field(row, "MIXTURE_INGR_CODE"), Field(row, "PROHBT_CONTENT"),
                      IsoDay(Field(row, "NOTIFICATION_DATE")), Field(row, "AGE_BASE"),
                      Field(row, "SERS_NAME")});
  }
  origin_.version = newest;
  return rules_.empty()
             ? Invalid("DUR rules: no rule in the file", "DUR 기준 파일에 기준이 없습니다")
             : absl::OkStatus();
}

absl::Status DurRules::AddProducts(const std::string& bytes) {
  ASSIGN_OR_RETURN(const auto rows, ReadCsv(bytes));
  for (const auto& row : rows) {
    const Ingredient ingredient{Field(row, "INGR_CODE"), Field(row, "INGR_NAME")};
    const std::string product = Key(Field(row, "ITEM_NAME"));
    if (ingredient.code.empty() || product.empty())
      return Invalid("drug list: a row without ITEM_NAME or INGR_CODE",
                     "약품 목록에 ITEM_NAME이나 INGR_CODE가 없는 행이 있습니다");
    products_[product].push_back(ingredient);
    ingredients_.try_emplace(Key(ingredient.name), std::vector<Ingredient>{ingredient});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const DurRules>> DurRules::Load(const std::string& rules_file,
                                                               const std::string& drug_list_file) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadUtf8(rules_file));
  auto rules = std::make_shared<DurRules>();
  const std::string name = std::filesystem::path(rules_file).filename().string();
  rules->origin_ = MakeOrigin("medical.dur", name, "", absl::Now(), bytes);
  RETURN_IF_ERROR(rules->AddRules(bytes));
  if (!drug_list_file.empty()) {
    ASSIGN_OR_RETURN(const std::string products, ReadUtf8(drug_list_file));
    RETURN_IF_ERROR(rules->AddProducts(products));
  }
  return std::shared_ptr<const DurRules>(std::move(rules));
}

std::vector<Ingredient> DurRules::Ingredients(const std::string& name) const {
  const std::string key = Key(name);
  if (const auto it = ingredients_.find(key); it != ingredients_.end()) return it->second;
  if (const auto it = products_.find(key); it != products_.end()) return it->second;
  if (key.size() < kPrefixBytesMin) return {};
  const std::vector<Ingredient>* found = nullptr;
  for (auto it = products_.lower_bound(key); it != products_.end() && it->first.starts_with(key);
       ++it) {
    if (found != nullptr && Codes(*found) != Codes(it->second)) return {};
    found = &it->second;
  }
  return found == nullptr ? std::vector<Ingredient>() : *found;
}

absl::StatusOr<std::shared_ptr<const DurRules>> DurSource::Rules() {
  if (rules_file_.empty()) {
    return base::Error(absl::StatusCode::kNotFound, "no file of DUR rules is configured",
                       "DUR 기준 파일이 설정되지 않았습니다");
  }
  std::error_code ignored;  // a file that cannot be read is reported by Load
  const std::pair changed{std::filesystem::last_write_time(rules_file_, ignored),
                          drug_list_file_.empty()
                              ? std::filesystem::file_time_type()
                              : std::filesystem::last_write_time(drug_list_file_, ignored)};
  const std::lock_guard lock(mutex_);
  if (rules_ == nullptr || changed != read_ || ignored) {
    rules_ = nullptr;
    ASSIGN_OR_RETURN(rules_, DurRules::Load(rules_file_, drug_list_file_));
    read_ = changed;
  }
  return rules_;
}

}  // namespace connectors::medical
