// Identifiers in the catalogue's shapes (§2.6), and articles (조, 항, 호).
#include <algorithm>
#include <array>

#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using re2::RE2;

std::string Quoted(std::string_view text) { return StrCat("\"", text, "\""); }

// Prefixes that name one kind; any other prefix may be a tag or an asset.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPrefixes = {
    {{"P", "id:patient"},
     {"ORD", "id:order"},
     {"DOC", "id:doc"},
     {"AL", "id:alarm"},
     {"WO", "id:wo"},
     {"REQ", "id:req"}}};

Candidate Identifier(std::vector<std::pair<std::string, std::string>> literals) {
  Candidate candidate;
  candidate.rank = kIdentifierRank;
  candidate.literals = std::move(literals);
  return candidate;
}

Candidate Group(const Groups& groups, size_t index, std::string_view text, Candidate candidate) {
  candidate.begin = static_cast<size_t>(groups[index].data() - text.data());
  candidate.end = candidate.begin + groups[index].size();
  return candidate;
}

// P-1027: a patient's number, written doc-2041 too; PMP-31: the name of a tag or an asset.
Candidate Prefixed(std::string_view text, const Groups& groups) {
  std::string name(groups[1]);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  const std::string value = Quoted(name);
  for (const auto& [prefix, kind] : kPrefixes) {
    if (!name.starts_with(StrCat(prefix, "-"))) continue;
    Candidate candidate = Identifier({{std::string(kind), value}});
    if (name != groups[1]) candidate.shown = name;
    return Group(groups, 1, text, std::move(candidate));
  }
  return Group(groups, 1, text, Identifier({{"id:tag", value}, {"id:asset", value}}));
}

Candidate Article(std::string jo) {
  Candidate candidate;
  candidate.rank = 5;
  candidate.literals = {{"jo", Quoted(jo)}};
  candidate.shown = std::move(jo);
  return candidate;
}

// Articles 38 and 39-2. A range, and a year behind the list, is none of it.
void FindSeveralArticles(std::string_view text, std::vector<Candidate>& out) {
  static const RE2* const several = new RE2(
      "(?i:(?:\\b(?:articles|arts\\.|sections|secs\\.)|§§) ?)"
      "(\\d{1,4}(?:-\\d{1,3})?(?:(?:,|,? and|,? or| &) \\d{1,4}(?:-\\d{1,3})?)*)( to |~| ?–)?");
  static const RE2* const each = new RE2("\\d{1,4}(?:-\\d{1,3})?");
  static const RE2* const range = new RE2("^\\d+-\\d+$");
  static const RE2* const year = new RE2("^(?:19|20)\\d\\d$");
  Groups list, one;
  for (size_t at = 0; at < text.size() && FindFrom(text, *several, at, list);) {
    at = static_cast<size_t>(list[0].data() - text.data()) + list[0].size();
    if (!list[2].empty() || Matches(list[1], *range)) continue;
    for (size_t in = 0; in < list[1].size() && FindFrom(list[1], *each, in, one);) {
      in = static_cast<size_t>(one[0].data() - list[1].data()) + one[0].size();
      if (Matches(one[0], *year)) continue;
      out.push_back(At(text, one[0], Article(std::string(one[0]))));
    }
  }
}

}  // namespace

bool Candidate::Has(std::string_view kind) const {
  return std::any_of(literals.begin(), literals.end(),
                     [&](const auto& literal) { return literal.first == kind; });
}

bool HasIdentifierShape(std::string_view kind) {
  const bool prefixed = std::any_of(kPrefixes.begin(), kPrefixes.end(),
                                    [&](const auto& p) { return p.second == kind; });
  return prefixed || kind == "id:tag" || kind == "id:asset" || kind == "id:item" ||
         kind == "id:case";
}

void FindIdentifiers(std::string_view text, std::vector<Candidate>& out) {
  static const RE2* const prefixed = new RE2(
      "(?:^|[^A-Za-z0-9-])([A-Z]{1,5}-\\d{1,6}[A-Z]?|(?i:(?:ord|doc|al|wo|req)-\\d{1,6}|p-\\d{3,6})"
      ")(?:$|[^A-Za-z0-9-])");
  // The character after one identifier may stand before the next: look again from inside.
  Groups groups;
  for (size_t from = 0; FindFrom(text.substr(from), *prefixed, 0, groups); from = out.back().end)
    out.push_back(Prefixed(text, groups));
  static const RE2* const stock_number = new RE2("\\b(\\d{4}-\\d{2}-\\d{3}-\\d{4})\\b");
  FindAll(
      text, *stock_number,
      [&](const Groups& g) {
        return Identifier({{"id:item", Quoted(g[1])}});
      },
      out);
  static const RE2* const case_number = new RE2(
      "\\b(\\d{2,4}(?:가단|가합|가소|구합|구단|헌가|헌나|헌다|헌라|헌마|헌바|도|다|두|누|나|노|"
      "고합|고단|재나|재다|므|스|모|마|카합|허|후)\\d{1,7})");
  FindAll(
      text, *case_number,
      [&](const Groups& g) {
        return Identifier({{"id:case", Quoted(g[1])}});
      },
      out);
}

void FindArticles(std::string_view text, std::vector<Candidate>& out) {
  static const RE2* const article = new RE2("(?:제 ?)?(\\d{1,4}) ?조(?: ?의 ?(\\d{1,3})(항|호)?)?");
  FindAll(
      text, *article,
      [&](const Groups& g) -> std::optional<Candidate> {
        const std::string_view rest =
            text.substr(static_cast<size_t>(g[0].data() + g[0].size() - text.data()));
        static const RE2* const money =
            new RE2("^ ?(?:원(?:[^문칙고안래]|$)|\\d[\\d,]* ?[억만])");  // 3조 원, 3조 5천억; but
                                                                         // 3조 1항, 3조 원문
        if (!g[0].starts_with("제") &&
            RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), *money))
          return std::nullopt;
        static const RE2* const date = new RE2("^ ?(?:월|일|년|분기|시)");  // 5조의 8월 변경
        const bool branch = !g[2].empty() && g[3].empty() &&
                            !RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), *date);
        Candidate candidate = Article(branch ? StrCat(g[1], "-", g[2]) : std::string(g[1]));
        candidate.begin = static_cast<size_t>(g[0].data() - text.data());
        const std::string_view last = branch ? g[2] : g[1];
        candidate.end = static_cast<size_t>(last.data() + last.size() - text.data());
        if (!branch) candidate.end = text.find("조", candidate.end) + std::string_view("조").size();
        return candidate;
      },
      out);
  static const RE2* const english = new RE2(
      "(?i:\\b(?:article|art\\.|section|sec\\.|§) ?)(\\d{1,4})(?:[- ]?(?:의|-) ?(\\d{1,3}))?");
  FindAll(
      text, *english,
      [&](const Groups& g) -> std::optional<Candidate> {
        return Article(g[2].empty() ? std::string(g[1]) : StrCat(g[1], "-", g[2]));
      },
      out);
  FindSeveralArticles(text, out);
  // Article 15(1)(2): paragraph 1, item 2. The article itself is found above.
  static const RE2* const bracketed = new RE2(
      "(?i:(?:article|art\\.|section|sec\\.|§) ?)\\d{1,4}(?:-\\d{1,3})?(\\((\\d{1,3})\\)(?: "
      "?\\((\\d{1,3})\\))?)");
  FindAll(
      text, *bracketed,
      [&](const Groups& g) -> std::optional<Candidate> {
        Candidate candidate;
        candidate.rank = 4;
        candidate.literals = {{"hang", std::to_string(*SmallNumeral(g[2]))}};
        if (!g[3].empty())
          candidate.literals.emplace_back("ho", std::to_string(*SmallNumeral(g[3])));
        candidate.begin = static_cast<size_t>(g[1].data() - text.data());
        candidate.end = candidate.begin + g[1].size();
        return candidate;
      },
      out);
  const auto part = [&](const RE2& pattern, const char* kind) {
    FindAll(
        text, pattern,
        [&](const Groups& g) -> std::optional<Candidate> {
          if (g.size() > 2 && !g[2].empty()) return std::nullopt;
          Candidate candidate;
          candidate.rank = 4;
          candidate.literals = {{kind, std::to_string(SmallNumeral(g[1]).value_or(0))}};
          return candidate;
        },
        out);
  };
  static const RE2* const hang = new RE2("(?:제 ?)?(\\d{1,3}) ?항");
  static const RE2* const ho = new RE2("(?:제 ?)?(\\d{1,3}) ?호(기|선|점|실)?");
  static const RE2* const paragraph = new RE2("(?i:\\b(?:paragraph|para\\.?|clause) ?)(\\d{1,3})");
  static const RE2* const item = new RE2("(?i:\\b(?:subparagraph|item|sub-?item) ?)(\\d{1,3})");
  part(*hang, "hang");
  part(*ho, "ho");
  part(*paragraph, "hang");
  part(*item, "ho");
}

}  // namespace agents
