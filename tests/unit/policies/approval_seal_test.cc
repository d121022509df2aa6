#include "policies/approval_seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "model_core/base/strings.h"

namespace policies {
namespace {

using base::StrCat;
using testing::HasSubstr;

SealedAnswer Answer() {
  return {"run1",
          "s2",
          "a1",
          "han.clerk",
          "ticket.create",
          {Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.one"},
          "call",
          {{"tool", "ticket.create"}, {"arguments", {{"title", "전등"}}}},
          "seo.head",
          true,
          "확인함",
          "2026-11-24T10:00:00+09:00"};
}

const ApprovalSealer kSealer(std::string(ApprovalSealer::kKeyBytes, 'k'));

TEST(ApprovalSealer, SealsAnAnswerUnderItsKey) {
  const std::string seal = kSealer.Seal(Answer());
  EXPECT_EQ(seal.size(), 64u);
  EXPECT_EQ(seal, base::LowerAscii(seal));
  EXPECT_TRUE(kSealer.Holds(Answer(), seal));
  EXPECT_FALSE(ApprovalSealer(std::string(32, 'x')).Holds(Answer(), seal));
  for (const std::string& other : {std::string(), seal.substr(1), seal + "0", "0" + seal.substr(1),
                                   std::string(64, '0'), std::string(64, '\0')}) {
    if (other == seal) continue;
    EXPECT_FALSE(kSealer.Holds(Answer(), other)) << other;
  }
}

TEST(ApprovalSealer, AChangeOfAnythingOfTheAnswerBreaksTheSeal) {
  const std::string seal = kSealer.Seal(Answer());
  const std::vector<std::function<void(SealedAnswer&)>> changes = {
      [](SealedAnswer& a) { a.run_id = "run2"; },
      [](SealedAnswer& a) { a.step_id = "s1"; },
      [](SealedAnswer& a) { a.approval_id = "a2"; },
      [](SealedAnswer& a) { a.requester = "kim.legal"; },
      [](SealedAnswer& a) { a.tool = "mail.send"; },
      [](SealedAnswer& a) { a.obligation.kind = Obligation::Kind::kApproveTwo; },
      [](SealedAnswer& a) { a.obligation.roles = {"clerk"}; },
      [](SealedAnswer& a) { a.obligation.rule = "in_doubt"; },
      [](SealedAnswer& a) { a.call_hash = "another"; },
      [](SealedAnswer& a) { a.shown["arguments"]["title"] = "에어컨"; },
      [](SealedAnswer& a) { a.approver = "han.clerk"; },
      [](SealedAnswer& a) { a.approved = false; },
      [](SealedAnswer& a) { a.reason = ""; },
      [](SealedAnswer& a) { a.time = "2026-11-24T10:00:01+09:00"; }};
  for (size_t i = 0; i < changes.size(); ++i) {
    SealedAnswer answer = Answer();
    changes[i](answer);
    EXPECT_FALSE(kSealer.Holds(answer, seal)) << i;
  }
}

class ApprovalKeyTest : public testing::Test {
 protected:
  ApprovalKeyTest() {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void Put(const std::string& text, unsigned mode) {
    std::ofstream(path_) << text;
    std::filesystem::permissions(path_, std::filesystem::perms(mode));
  }

  const std::string directory_ = testing::TempDir() + "/maru-approval-key";
  const std::string path_ = directory_ + "/approvals.key";
};

TEST_F(ApprovalKeyTest, IsMadeOnceForItsOwnerAlone) {
  EXPECT_TRUE(CheckApprovalKey(path_).ok());
  EXPECT_FALSE(std::filesystem::exists(path_)) << "looking makes none";
  const auto first = LoadOrMakeApprovalSealer(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  struct stat found {};
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_TRUE(LoadOrMakeApprovalSealer(path_)->Holds(Answer(), first->Seal(Answer())));
  const auto other = LoadOrMakeApprovalSealer(directory_ + "/other.key");
  EXPECT_FALSE(other->Holds(Answer(), first->Seal(Answer())));
  EXPECT_FALSE(LoadOrMakeApprovalSealer(directory_ + "/none/approvals.key").ok());
}

TEST_F(ApprovalKeyTest, OneThatOthersMayReadOrThatIsNoneIsRefusedAndLeft) {
  const std::string key(64, 'a');
  Put(key, 0640);
  EXPECT_THAT(std::string(LoadOrMakeApprovalSealer(path_).status().message()),
              HasSubstr("may be read by others"));
  for (const std::string& text : {std::string(), std::string("hello"), key + "aa", key.substr(2)}) {
    Put(text, 0600);
    for (const absl::Status& status :
         {LoadOrMakeApprovalSealer(path_).status(), CheckApprovalKey(path_)}) {
      EXPECT_TRUE(absl::IsFailedPrecondition(status)) << text;
      EXPECT_THAT(base::Message(status, base::Language::kKorean), HasSubstr("32바이트"));
    }
    EXPECT_EQ(std::filesystem::file_size(path_), text.size());
  }
  Put(key, 0600);
  EXPECT_TRUE(LoadOrMakeApprovalSealer(path_).ok());
}

}  // namespace
}  // namespace policies
