// DUR: the drug utilisation rules of a local file, and what they say about medicines taken
// together.
//
// The file has the fields of the public list (MFDS, data.go.kr: DURIrdntInfoService): TYPE_NAME,
// INGR_CODE, INGR_KOR_NAME, INGR_ENG_NAME, MIXTURE_*, NOTIFICATION_DATE, PROHBT_CONTENT, AGE_BASE,
// SERS_NAME, DEL_YN. Rows with DEL_YN = Y are withdrawn. A pair stands in one direction and holds
// in both. Products are matched by ingredient, never by product code. Dose and duration limits
// (용량주의, 투여기간주의) are free text there and are not judged.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/medical/medicines.h"

namespace connectors::medical {

struct DurRule {
  std::string id, type;            // DUR_SEQ, TYPE_NAME
  std::string code, mixture_code;  // ingredient codes
  std::string reason;              // PROHBT_CONTENT
  std::string dated;               // YYYY-MM-DD
  std::string age_base, series;
};

enum class Outcome { kClear, kCaution, kNotChecked, kContraindicated };  // the graver, the later
std::string_view Name(Outcome outcome);

struct Finding {
  Outcome outcome;
  std::string rule, drug, with, reason, dated;  // dated may be empty
};

struct Drug {
  std::string name;
  std::vector<Ingredient> ingredients;  // empty: not known, so not checked
};

struct Allergy {
  std::string code, name;  // of the ingredient; the code may be empty
  std::string reason, dated;
};

struct Person {
  std::optional<int> age_months;
  bool may_be_pregnant = false;
  std::vector<Allergy> allergies;
};

class DurRules {
 public:
  // Unavailable: a file cannot be read. InvalidArgument: it is not UTF-8, or lacks a field, or
  // holds no rule.
  static absl::StatusOr<std::shared_ptr<const DurRules>> Load(const std::string& rules_file,
                                                              const std::string& drug_list_file);

  // The ingredients of a drug named by ingredient (Korean or English) or product; a product's name
  // may be cut short if every product it begins has the same ingredients. Empty: unknown.
  std::vector<Ingredient> Ingredients(const std::string& name) const;
  std::vector<Finding> Check(const std::vector<Drug>& drugs, const Person& person) const;
  const policies::Origin& origin() const { return origin_; }

 private:
  using Row = std::map<std::string, std::string>;
  absl::Status AddRules(const std::string& bytes);
  absl::Status AddProducts(const std::string& bytes);
  void AddPair(const Drug& a, const Drug& b, std::vector<Finding>& out) const;
  void AddSingle(const Drug& drug, const Person& person, std::vector<Finding>& out) const;

  std::vector<DurRule> rules_;
  std::map<std::string, std::vector<Ingredient>> ingredients_;  // by name key
  std::map<std::string, std::vector<Ingredient>> products_;     // by name key
  policies::Origin origin_;
};

// DurSource: the rules of the configured files, read again when a file changes. Thread-safe.
class DurSource {
 public:
  DurSource(std::string rules_file, std::string drug_list_file)
      : rules_file_(std::move(rules_file)), drug_list_file_(std::move(drug_list_file)) {}
  // NotFound: no file is configured. Else as Load.
  absl::StatusOr<std::shared_ptr<const DurRules>> Rules();

 private:
  const std::string rules_file_, drug_list_file_;
  std::mutex mutex_;
  std::shared_ptr<const DurRules> rules_;  // guarded by mutex_
  std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>
      read_;  // guarded by mutex_
};

}  // namespace connectors::medical
