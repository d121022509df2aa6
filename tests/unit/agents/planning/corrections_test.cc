// What is put right in the same breath is planned as put right.
#include "agents/planning/corrections.h"

#include <gtest/gtest.h>

#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

struct Corrected {
  std::string request, meant;
};

class WithoutCorrectedWords : public testing::TestWithParam<Corrected> {};

TEST_P(WithoutCorrectedWords, LeavesWhatIsMeant) {
  EXPECT_EQ(WithoutCorrected(GetParam().request, Tuesday()), GetParam().meant);
}

INSTANTIATE_TEST_SUITE_P(
    PutRight, WithoutCorrectedWords,
    testing::Values(
        Corrected{"P-3301, 아니 P-3310 환자 알레르기", "P-3310 환자 알레르기"},
        Corrected{"9월 아니 10월 민원 건수를 유형별로", "10월 민원 건수를 유형별로"},
        Corrected{"포장 4라인, 아니 포장 5라인 어제 OEE", "포장 5라인 어제 OEE"},
        Corrected{"하천법 제33조, 아니 제34조 보여줘", "하천법 제34조 보여줘"},
        Corrected{"기획과에, 아 아니지 감사실에 DOC-3100 보내줘", "감사실에 DOC-3100 보내줘"},
        Corrected{"TI-7 최저값, 기간은 지난주 말고 지난달로", "TI-7 최저값, 기간은 지난달로"},
        Corrected{"회의록을, 정정: 7월 회의록, 정정 8월 회의록을", "회의록을, 정정: 8월 회의록을"},
        Corrected{"3분기가 아니라 4분기 계약 합계", "4분기 계약 합계"},
        Corrected{"AL-12… 아니다 AL-21 이력", "AL-21 이력"},
        Corrected{"show P-3301, no wait, P-3310 labs", "show P-3310 labs"},
        Corrected{"complaints in March, sorry, April by type", "complaints in April by type"},
        Corrected{"readiness of the 2nd Brigade, I mean the 3rd Brigade",
                  "readiness of the 3rd Brigade"},
        Corrected{"P-1, 아니 P-2, 아니 P-3 알레르기", "P-3 알레르기"}));

// A number is put right under any particle, a name under those that say whom or where it is to go.
INSTANTIATE_TEST_SUITE_P(
    UnderAParticle, WithoutCorrectedWords, testing::ValuesIn([] {
      std::vector<Corrected> all;
      for (const std::string to : {"에게", "한테", "에서", "으로", "께", "에", "로"}) {
        all.push_back({"기획과" + to + " 아니 감사실" + to + " 보내줘", "감사실" + to + " 보내줘"});
        all.push_back({"P-7" + to + " 아니 P-8" + to + " 보내줘", "P-8" + to + " 보내줘"});
      }
      for (const std::string other : {"을", "를", "은", "는", "의"}) {
        const std::string names = "기획과" + other + " 아니 감사실" + other + " 보여줘";
        all.push_back({names, names});
        all.push_back({"P-7" + other + " 아니 P-8" + other + " 보여줘", "P-8" + other + " 보여줘"});
      }
      return all;
    }()));

INSTANTIATE_TEST_SUITE_P(Nothing, WithoutCorrectedWords, testing::ValuesIn([] {
                           std::vector<Corrected> same;
                           for (const char* request :
                                {"보내지 말고 전화번호만 가려 주세요",
                                 "TI-101 말고 TI-102도 보여줘",
                                 "TI-101 말고 TI-102 값도 보여줘",
                                 "9월 아니면 10월 민원 건수",
                                 "아니 근데 P-3301 알레르기 좀",
                                 "\"P-1, 아니 P-2\"라는 말이 든 메일 찾아줘",
                                 "이 문서가 아니라는 근거 조문",
                                 "상신은 하지 말고 초안만",
                                 "REQ-4 상신은 하지 말고 편지 초안만 써줘",
                                 "도청에 보내지 말고 메시지 초안만",
                                 "P-1이 임신부가 아니고 알레르기가 없으면 서명해줘",
                                 "점검 중이 아니고 압력이 5bar를 넘으면 알려줘",
                                 "환자 P-1뿐만 아니라 환자 P-2의 검사 결과",
                                 "진단서 정정 신청서 써줘",
                                 "Send DOC-3 to Kim, sorry to bother you",
                                 "Article 3 No. 5 of the Act",
                                 "Order 20 filters for line 2. Make that 40.",
                                 "Ack AL-3 and AL-4, no AL-5",
                                 "Set TIC-205 to 50 on line 3, make that 55",
                                 "is there no lot 4 in lot 5?"})
                             same.push_back({request, request});
                           return same;
                         }()));

}  // namespace
}  // namespace agents
