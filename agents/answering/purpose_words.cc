#include "agents/answering/caption_tables.h"

namespace agents {

const Table& PurposeWords() {
  static const auto* const table = new Table{
      {"law.search", {"조문 번호를 모를 때 내용으로 법령의 조문을 찾습니다", ""}},
      {"law.article", {"번호를 아는 조문의 원문을 기준일에 시행 중인 대로 봅니다", ""}},
      {"law.diff", {"두 날짜 사이에 법령이 어떻게 바뀌었는지 견주어 봅니다", ""}},
      {"law.delegation", {"법령이나 조문에 딸린 시행령, 시행규칙, 고시를 찾습니다", ""}},
      {"law.citations.verify", {"문서나 문장에 적힌 법령 인용이 맞는지 확인합니다", ""}},
      {"law.impact", {"법령 개정의 영향을 받는 우리 기관의 문서를 찾습니다", ""}},
      {"case.search", {"판례, 해석례, 재결례를 찾습니다. 사건 번호로도 찾습니다", ""}},
      {"patient.summary", {"환자의 병력, 알레르기, 내원, 시술을 봅니다", ""}},
      {"med.active_list", {"환자가 지금 복용하는 약을 봅니다. 적정한지는 판단하지 않습니다", ""}},
      {"med.safety_check",
       {"복용 중인 약(스스로 조회합니다)과 새로 쓸 약의 상호작용을 점검합니다", ""}},
      {"lab.trend", {"검사 수치가 시간에 따라 어떻게 변했는지 봅니다", ""}},
      {"imaging.find", {"기록된 영상 검사를 찾습니다. 영상 자체는 제공하지 않습니다", ""}},
      {"order.propose", {"새 처방의 초안을 만듭니다. 서명은 하지 않습니다", ""}},
      {"order.sign", {"이미 있는 처방에 서명하여 효력을 갖게 합니다", ""}},
      {"deid.export", {"가명 처리한 환자군 자료를 지정한 곳으로 내보냅니다", ""}},
      {"tag.read", {"태그의 지금 값을 읽습니다", ""}},
      {"tag.history", {"태그 값이 기간 동안 어떻게 변했는지 봅니다", ""}},
      {"alarm.active",
       {"현재 발생 중인 알람을 우선순위가 높은 것부터, 같으면 오래된 것부터 봅니다", ""}},
      {"alarm.history", {"지난 알람과 그 횟수를 봅니다", ""}},
      {"alarm.ack", {"알람 하나를 확인 처리합니다", ""}},
      {"spc.evaluate", {"태그 하나의 이력(스스로 조회합니다)을 관리도로 판정합니다", ""}},
      {"oee.compute", {"라인의 설비종합효율을 계산합니다", ""}},
      {"rootcause.explain", {"알람 하나의 추정 원인을 찾습니다", ""}},
      {"workorder.create",
       {"공장 설비에 작업지시를 냅니다. 사무실의 요청은 ticket.create로 합니다", ""}},
      {"setpoint.write", {"허용 목록에 있는 설정값을 바꿉니다. 설정에서 켜야 쓸 수 있습니다", ""}},
      {"readiness.status", {"부대 장비의 가동률을 봅니다", ""}},
      {"maint.orders", {"부대나 그 장비의 정비 작업을 봅니다", ""}},
      {"supply.stock", {"이름을 아는 품목의 재고를 봅니다", ""}},
      {"supply.shortfall", {"품목을 정하지 않고 부대에 무엇이 부족해질지 산출합니다", ""}},
      {"supply.requisition.draft",
       {"청구서의 초안을 만듭니다. 상신은 하지 않으며 수량은 품목과 짝을 이룹니다", ""}},
      {"supply.requisition.submit", {"이미 있는 청구서를 상신합니다", ""}},
      {"sa.tracks", {"구역 안에 있는 허용된 종류의 위치를 봅니다", ""}},
      {"label.assign", {"문서의 등급을 제안하고 붙입니다", ""}},
      {"release.check", {"문서를 이 상대에게 제공해도 되는지 표지를 검증하여 확인합니다", ""}},
      {"sql.query", {"업무 통계를 봅니다. 조회문은 연결된 시스템 쪽에서 만듭니다", ""}},
      {"doc.search", {"내부 문서를 찾습니다. 법령은 law.search로 찾습니다", ""}},
      {"doc.extract", {"번호를 아는 문서의 내용을 꺼냅니다", ""}},
      {"doc.generate_hwpx", {"앞 단계의 결과를 단계 순서대로 근거로 삼아 새 문서를 씁니다", ""}},
      {"doc.redact", {"개인정보를 가린 사본을 만듭니다. 등급은 제공할 때에만 내려갑니다", ""}},
      {"mail.search", {"받은 메일을 내용과 함께 찾습니다", ""}},
      {"mail.send", {"승인을 받아 메일을 보냅니다", ""}},
      {"ticket.create",
       {"사무실의 업무 요청을 등록합니다. 공장 설비의 작업은 workorder.create로 합니다", ""}},
      {"opendata.get", {"공개된 날씨, 대기질, 공휴일 자료를 봅니다", ""}}};
  return *table;
}

}  // namespace agents
