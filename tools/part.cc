#include "tools/part.h"

namespace tools {
namespace {

using base::Json;

bool IsCount(const Json& value) { return value.is_number_integer() && value >= 0; }

}  // namespace

void MarkPart(Json& value, std::optional<int64_t> total) {
  const auto shown = static_cast<int64_t>(value["items"].size());
  if (total && *total <= shown) return;
  value[kPartField] = {{"shown", shown}};
  if (total) value[kPartField]["total"] = *total;
}

bool PartFits(const Json& value) {
  if (!value.contains(kPartField)) return true;
  const Json& part = value[kPartField];
  if (!part.is_object() || !IsCount(part.value("shown", Json()))) return false;
  const Json items = value.value("items", Json());
  if (!items.is_array() || part["shown"] != items.size()) return false;
  if (!part.contains("total")) return part.size() == 1;
  return part.size() == 2 && IsCount(part["total"]) && part["total"] > part["shown"];
}

std::optional<Part> PartOf(const Json& value) {
  if (!value.is_object() || !value.contains(kPartField) || !PartFits(value)) return std::nullopt;
  const Json& part = value[kPartField];
  Part out{part["shown"].get<int64_t>(), std::nullopt};
  if (part.contains("total")) out.total = part["total"].get<int64_t>();
  return out;
}

void MarkLeftOut(Json& value, int64_t count) {
  if (count > 0) value[kLeftOutField] = count;
}

bool LeftOutFits(const Json& value) {
  return !value.contains(kLeftOutField) ||
         (IsCount(value[kLeftOutField]) && value[kLeftOutField] > 0);
}

int64_t LeftOutOf(const Json& value) {
  if (!value.is_object() || !value.contains(kLeftOutField) || !LeftOutFits(value)) return 0;
  return value[kLeftOutField].get<int64_t>();
}

}  // namespace tools
