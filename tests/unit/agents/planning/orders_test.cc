// Which acts a request orders, and which it only speaks of.
#include "agents/planning/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace agents {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Spoken {
  const char* request;
  const char* tool;
  const char* rest;
};

class OnlySpokenOf : public testing::TestWithParam<Spoken> {};

TEST_P(OnlySpokenOf, IsNoOrder) {
  const Asides asides = FindAsides(GetParam().request);
  EXPECT_THAT(asides.tools, ElementsAre(GetParam().tool)) << GetParam().request;
  EXPECT_EQ(asides.rest, GetParam().rest);
}

INSTANTIATE_TEST_SUITE_P(
    Korean, OnlySpokenOf,
    testing::Values(
        Spoken{"AL-4410 알람은 누가 확인 처리했나요?", "alarm.ack", ""},
        Spoken{"REQ-288 상신됐는지 상태 확인해줘", "supply.requisition.submit", ""},
        Spoken{"설정값은 건드리지 말고 지금 값만 보여줘", "setpoint.write", "지금 값만 보여줘"},
        Spoken{"작업지시는 어제 이미 냈습니다. 지금 떠 있는 알람만 보여줘", "workorder.create",
               "지금 떠 있는 알람만 보여줘"},
        Spoken{"반출은 다음 달 회의에서 정하기로 했고, 제28조만 보여줘", "deid.export",
               "제28조만 보여줘"},
        Spoken{"청구서는 어떻게 상신하는 건가요? 상신 매뉴얼을 찾아주세요",
               "supply.requisition.submit", "상신 매뉴얼을 찾아주세요"},
        Spoken{"서명은 제가 직접 합니다. 복용약만 보여줘", "order.sign", "복용약만 보여줘"}));

INSTANTIATE_TEST_SUITE_P(
    English, OnlySpokenOf,
    testing::Values(
        Spoken{"Who acknowledged AL-5561?", "alarm.ack", ""},
        Spoken{"Don't send anything yet. Show its tables.", "mail.send", "Show its tables."},
        Spoken{"Should I sign it? List the medicines.", "order.sign", "List the medicines."},
        Spoken{"REQ-512 was submitted today. How many tents are left?", "supply.requisition.submit",
               "How many tents are left?"},
        Spoken{"The export is on hold. Show article 28-2.", "deid.export", "Show article 28-2."},
        Spoken{"Find the manual on set point changes.", "setpoint.write",
               "Find the manual on set point changes."}));

class Ordered : public testing::TestWithParam<const char*> {};

TEST_P(Ordered, IsAnOrder) {
  EXPECT_THAT(FindAsides(GetParam()).tools, IsEmpty()) << GetParam();
  EXPECT_EQ(FindAsides(GetParam()).rest, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Acts, Ordered,
    testing::Values("REQ-288 상신해 주실 수 있을까요?", "ORD-77 서명했으면 합니다",
                    "관찰 중 사유로 서명하겠습니다", "메일로 보낸 뒤 요청을 등록해줘",
                    "어제 상신한 것과 같이 REQ-290도 상신해줘", "작업지시 내리고 알람 이력 보여줘",
                    "Could you sign ORD-12?", "It needs to be submitted today: REQ-5",
                    "Check whether it may go to them and send it",
                    "See whether stores have the part, and raise a work order",
                    "Last time I told you not to open a work order. This time please do: BLW-07",
                    "DOC-1 stays as it is. DOC-2, on the other hand, should be labelled grade 3"));

TEST(FindAsides, WhatIsQuotedIsNotLookedAt) {
  EXPECT_THAT(FindAsides("'서명은 보류'라고 메일 보내줘").tools, IsEmpty());
  EXPECT_THAT(FindAsides("메모에 '빨리 상신 바람' 이라네요").tools, IsEmpty());
}

TEST(FindAsides, NamesWhatTheRestSpeaksOf) {
  const Asides asides = FindAsides("AL-1456이랑 AL-1457 확인 처리는 보류. 원인은 각각 분석해줘");
  EXPECT_EQ(asides.named, "AL-1456, AL-1457");
  EXPECT_EQ(asides.rest, "원인은 각각 분석해줘");
  EXPECT_EQ(FindAsides("AL-7 확인 처리는 보류. AL-7 원인 분석해줘").named, "");
}

TEST(FindAsides, SeveralActsAtOnce) {
  const Asides asides = FindAsides("확인 처리랑 작업지시는 제가 보고 판단할게요. 원인만 알려줘");
  EXPECT_THAT(asides.tools, ElementsAre("alarm.ack", "workorder.create"));
  EXPECT_EQ(asides.rest, "원인만 알려줘");
  EXPECT_THAT(FindAsides("상신은 됐고 청구서 초안만 만들어줘").tools,
              ElementsAre("supply.requisition.submit"));
}

}  // namespace
}  // namespace agents
