// The words that name acts, and those around them that tell an order from what is said beside one.
// Patterns for RE2; "before" ends where the act is named, "behind" begins there.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string_view>
#include <vector>

namespace agents {

struct ActWords {
  std::string_view tool;  // by its name in the catalogue
  bool korean;
  bool verb;  // whose past says that the act is done (submitted); a noun's does not (work orders)
  std::unique_ptr<const re2::RE2> words;
};

const std::vector<ActWords>& AllActWords();

struct KoreanOrderWords {
  static const KoreanOrderWords& Get();

  re2::RE2 wish;      // behind: 서명했으면 합니다 is an order
  re2::RE2 topic;     // behind: 상신 매뉴얼
  re2::RE2 aside;     // behind: whether, how, not, done, by others, later
  re2::RE2 question;  // before: 누가 …
  re2::RE2 later;     // before, where `will` stands behind: 이따 상신할게
  re2::RE2 will;
  re2::RE2 done;      // the word itself: 보냈
  re2::RE2 then;      // behind it: 보낸 뒤 등록해줘 is an order
  re2::RE2 left;      // ends the clause of what is to be left alone
  re2::RE2 reported;  // begins or ends the clause of what is done
};

struct EnglishOrderWords {
  static const EnglishOrderWords& Get();

  re2::RE2 topic;     // before: the manual on …
  re2::RE2 and_then;  // before: … and sign
  re2::RE2 aside;     // before: not, who, whether, may, others want
  re2::RE2 later;     // behind: can wait, was, already
  re2::RE2 doing;     // the word itself: submitting, which begins no order
  re2::RE2 does;      // behind it: worries me
  re2::RE2 past;      // the word itself: submitted
  re2::RE2 third;     // the word itself: submits, hold REQ-7
  re2::RE2 had;       // before a past: I, has been
  re2::RE2 due;       // before a past that is an order all the same: to be
  re2::RE2 left;      // in the clause of what is to be left alone
  re2::RE2 reported;  // in the clause of what is done, or wanted by others
};

}  // namespace agents
