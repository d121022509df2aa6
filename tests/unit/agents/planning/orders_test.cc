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
        Spoken{"서명은 제가 직접 합니다. 복용약만 보여줘", "order.sign", "복용약만 보여줘"},
        Spoken{"서명은 과장님이 하실 거예요. 알레르기만", "order.sign", "알레르기만"},
        Spoken{"REQ-905는 어제 상신됐으니 차량 가동률만", "supply.requisition.submit",
               "차량 가동률만"},
        Spoken{"DOC-3100은 도청에 보내면 안 됩니다. 제목만 알려줘", "mail.send", "제목만 알려줘"},
        Spoken{"REQ-418 상신해도 될까?", "supply.requisition.submit", ""},
        Spoken{"AL-4 확인 처리한 거 되돌려 줘", "alarm.ack", "AL-4 확인 처리한 거 되돌려 줘"},
        Spoken{"이따 상신할게. 타이어 재고만", "supply.requisition.submit", "타이어 재고만"},
        Spoken{"REQ-2를 상신해 달라고 조르는데 안 됩니다. 가동률만", "supply.requisition.submit",
               "안 됩니다. 가동률만"},
        Spoken{"ORD-6071 서명 완료, 확인할 것: 복용약", "order.sign", "확인할 것: 복용약"},
        Spoken{"설정값 변경 승인 절차서를 찾아줘", "setpoint.write",
               "설정값 변경 승인 절차서를 찾아줘"},
        Spoken{"작업지시 내리기 전에 재고 알려줘", "workorder.create",
               "작업지시 내리기 전에 재고 알려줘"},
        Spoken{"AL-7731을 확인 처리하면 어떨까? 원인 먼저", "alarm.ack", "원인 먼저"},
        Spoken{"설정값 80.5도인 게 맞아? 지금 값", "setpoint.write", "지금 값"},
        Spoken{"작업지시 내리는 게 낫겠지? 유압호스 재고", "workorder.create", "유압호스 재고"},
        Spoken{"혹시 ORD-5512 서명 빠졌으면 알려줘", "order.sign", ""},
        Spoken{"청구서를 쓸까 말까. 재고만", "supply.requisition.draft", "재고만"},
        Spoken{"'VPN 끊김' 요청 등록돼 있어? 매뉴얼 찾아줘", "ticket.create", "매뉴얼 찾아줘"},
        Spoken{"ORD-9 서명 시 주의사항 매뉴얼 찾아줘", "order.sign",
               "ORD-9 서명 시 주의사항 매뉴얼 찾아줘"},
        Spoken{"DOC-3120 Ⅱ급 맞나? 본문 확인", "label.assign", "본문 확인"},
        Spoken{"DOC-2041 대외비야? 표 보여줘", "label.assign", "표 보여줘"},
        Spoken{"보내려던 메일은 취소하고, 지침만 찾아줘", "mail.send", "지침만 찾아줘"}));

INSTANTIATE_TEST_SUITE_P(
    English, OnlySpokenOf,
    testing::Values(
        Spoken{"Who acknowledged AL-5561?", "alarm.ack", ""},
        Spoken{"Don't send anything yet. Show its tables.", "mail.send", "Show its tables."},
        Spoken{"Should I sign it? List the medicines.", "order.sign", "List the medicines."},
        Spoken{"REQ-512 was submitted today. How many tents are left?", "supply.requisition.submit",
               "How many tents are left?"},
        Spoken{"The export is on hold. Show article 28-2.", "deid.export", "Show article 28-2."},
        Spoken{"Mina will mail it to them; redact the names.", "mail.send", "redact the names."},
        Spoken{"Take back the acknowledgement of AL-3.", "alarm.ack", ""},
        Spoken{"We raised a ticket on it. Any mail from IT?", "ticket.create", "Any mail from IT?"},
        Spoken{"Please do not export anything. Show article 28.", "deid.export",
               "Show article 28."},
        Spoken{"If we were to sign it, who knows. Show the doses.", "order.sign",
               "who knows. Show the doses."},
        Spoken{"Before anyone submits REQ-2, show the stock.", "supply.requisition.submit",
               "show the stock."},
        Spoken{"Would it be wise to sign ORD-5? Show the allergies.", "order.sign",
               "Show the allergies."},
        Spoken{"We could open a work order, but first check the stock.", "workorder.create",
               "but first check the stock."},
        Spoken{"Dr. Lee will sign ORD-5512; show the doses.", "order.sign", "Dr. show the doses."},
        Spoken{"When is REQ-310 to be submitted? Show the stock.", "supply.requisition.submit",
               "Show the stock."},
        Spoken{"Our chief submits REQ-8 tomorrow; show the stock.", "supply.requisition.submit",
               "show the stock."},
        Spoken{"Signing ORD-9 worries me. Show the doses.", "order.sign", "Show the doses."},
        Spoken{"Hold REQ-777. How many are left?", "supply.requisition.submit",
               "How many are left?"},
        Spoken{"Does DOC-3 count as grade II? Show it.", "label.assign", "Show it."},
        Spoken{"Is DOC-2041 restricted? Show its text.", "label.assign", "Show its text."},
        Spoken{"Find the manual on set point changes.", "setpoint.write",
               "Find the manual on set point changes."}));

class Ordered : public testing::TestWithParam<const char*> {};

TEST_P(Ordered, IsAnOrder) {
  EXPECT_THAT(FindAsides(GetParam()).tools, IsEmpty()) << GetParam();
  EXPECT_EQ(FindAsides(GetParam()).rest, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Acts, Ordered,
    testing::Values(
        "REQ-204 상신해줘 203은 올렸어", "ORD-22 서명해줘 검토 끝났어",
        "출입 요청 등록해줘, 외부 업체가 오기로 했어", "Don't forget to submit REQ-204",
        "Send the minutes that were approved to Kim",
        "Create a work order for the pump that was leaking", "REQ-288 상신해 주실 수 있을까요?",
        "ORD-77 서명했으면 합니다", "REQ-288 상신 가능할까요?", "REQ-288 좀 올려줄래?",
        "작업지시 만들고 어떻게 진행되는지 알려줘", "REQ-310 상신하고 2540-37-500-1234 몇 개 있나?",
        "PRS-03 유압 누유로 작업지시 하나 부탁해도 돼?", "DOC-2041 등급을 대외비로 올려줘",
        "Would you sign ORD-5512?", "I could use a work order for PRS-03",
        "How about DOC-2? Mark it restricted.", "관찰 중 사유로 서명하겠습니다",
        "메일로 보낸 뒤 요청을 등록해줘", "어제 상신한 것과 같이 REQ-290도 상신해줘",
        "작업지시 내리고 알람 이력 보여줘", "Could you sign ORD-12?",
        "REQ-3을 상신해 달라고 부탁드립니다", "작업지시 기한은 금요일로 내려줘", "서명한 뒤 알려줘",
        "It's time ORD-42 was signed", "It needs to be submitted today: REQ-5",
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

TEST(FindAsides, NamesWhatIsOrderedToo) {
  const Asides asides = FindAsides("작업지시는 보류하고 AL-7 확인 처리해줘");
  EXPECT_THAT(asides.tools, ElementsAre("workorder.create"));
  EXPECT_THAT(asides.ordered, ElementsAre("alarm.ack"));
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
