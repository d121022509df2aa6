// How much of a thing people say behind a number where they do not count it: 200리터, 3 tonnes.
#pragma once

namespace agents {

// For RE2, between a number and the end of a word.
inline constexpr char kMeasure[] =
    " ?(?:리터|ℓ|톤|킬로그램|킬로|㎏|그램|미터|갤런|배럴|포대|가마|앰플|바이알|쌍|"
    "(?i:(?:kg|l|litres?|liters?|gallons?|tons?|tonnes?|metres?|meters?|pairs?|kits?)\\b))";

}  // namespace agents
