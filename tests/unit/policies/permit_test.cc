#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "policies/permit_office.h"
#include "tests/unit/policies/facts.h"

namespace policies {
namespace {

static_assert(!std::is_copy_constructible_v<Permit>);
static_assert(!std::is_copy_assignable_v<Permit>);
static_assert(!std::is_move_assignable_v<Permit>);
static_assert(std::is_move_constructible_v<Permit>);
static_assert(!std::is_default_constructible_v<Permit>);
static_assert(!std::is_constructible_v<Permit, std::string>);

TEST(Permit, NamesItsCallAndIsSpentByMoving) {
  const CallBinding binding = BindingOf(Ticket(), "v1");
  Permit permit = PermitOffice::Issue(binding);
  EXPECT_EQ(permit.call_hash(), binding.Hash());
  const Permit moved = std::move(permit);
  EXPECT_EQ(moved.call_hash(), binding.Hash());
  EXPECT_EQ(permit.call_hash(), "");  // NOLINT: what is left after the move is the point
}

TEST(Permit, TheHashIsAnotherOnceAnythingOfTheCallIs) {
  const CallBinding binding = BindingOf(Ticket(), "v1");
  std::vector<CallBinding> others(13, binding);
  others[0].run_id += "x";
  others[1].step_id = "s2";
  others[2].tool = "mail.send";
  others[3].arguments["title"] = "전등 ";
  others[4].arguments["due"] = "2026-12-01";
  others[5].arguments = base::Json::object();
  others[6].label.integrity = Integrity::kUntrusted;
  others[7].plan_hash = "Plan";
  others[8].policy_version = "v2";
  for (size_t i = 9; i < others.size(); ++i)
    others[i].records = {{"documents", "DOC-1", "보고서", UserLabel()}};
  others[10].records[0].label.n2sf = N2sf::kC;
  others[11].records[0].becomes = UserLabel();
  others[12].records[0].title = "다른 보고서";
  std::set<std::string> hashes = {binding.Hash()};
  for (const CallBinding& other : others) hashes.insert(other.Hash());
  EXPECT_EQ(hashes.size(), others.size() + 1);
}

TEST(Permit, EveryByteOfAnArgumentCounts) {
  CallBinding binding = BindingOf(Ticket(), "v1");
  const std::string title = "Replace the lamp in room 301";
  std::set<std::string> hashes;
  for (size_t i = 0; i < title.size(); ++i) {
    std::string changed = title;
    changed[i] ^= 1;
    binding.arguments["title"] = changed;
    hashes.insert(binding.Hash());
  }
  EXPECT_EQ(hashes.size(), title.size());
}

TEST(Permit, TheOrderOfArgumentsDoesNotCount) {
  CallBinding a = BindingOf(Ticket(), "v1"), b = a;
  a.arguments = {{"title", "전등"}, {"queue", "facility"}};
  b.arguments = {{"queue", "facility"}, {"title", "전등"}};
  EXPECT_EQ(a.Hash(), b.Hash());
}

}  // namespace
}  // namespace policies
