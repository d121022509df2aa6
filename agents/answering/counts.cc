#include "agents/answering/counts.h"

#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Language;
using base::StrCat;
using tools::Part;

std::string Entries(size_t count) { return StrCat(count, count == 1 ? " entry" : " entries"); }

std::string Korean(std::string_view caption, size_t count, const std::optional<Part>& part) {
  const std::string name = caption.empty() ? "" : StrCat(caption, " ");
  if (part && !part->total) return StrCat(name, "처음 ", count, "건이며, 더 있습니다.");
  const std::string all = caption.empty() ? "모두 " : name;
  return part ? StrCat(all, *part->total, "건 중 처음 ", count, "건입니다.")
              : StrCat(all, count, "건입니다.");
}

std::string English(std::string_view caption, size_t count, const std::optional<Part>& part) {
  const std::string name = caption.empty() ? "" : StrCat(caption, ": ");
  if (!part) return StrCat(name, Entries(count), ".");
  const std::string first = StrCat(caption.empty() ? "The" : "the", " first ");
  return part->total ? StrCat(name, first, count, " of ", *part->total, " entries.")
                     : StrCat(name, first, Entries(count), "; there are more.");
}

}  // namespace

std::string CountText(std::string_view caption, size_t count, const std::optional<Part>& part,
                      Language language) {
  return language == Language::kKorean ? Korean(caption, count, part)
                                       : English(caption, count, part);
}

std::string MoreText(size_t shown, size_t count, const std::optional<Part>& part,
                     Language language) {
  const bool korean = language == Language::kKorean, open = part && !part->total;
  const auto all = part && part->total ? static_cast<size_t>(*part->total) : count;
  const size_t more = all - shown;
  if (open) {
    return korean ? StrCat("그 밖에 ", more, "건 넘게 더 있습니다.")
                  : StrCat("and over ", more, " more.");
  }
  return korean ? StrCat("그 밖에 ", more, "건이 더 있습니다.") : StrCat("and ", more, " more.");
}

}  // namespace agents
