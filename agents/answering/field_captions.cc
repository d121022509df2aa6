#include "agents/answering/field_captions.h"

#include <map>

#include "model_core/base/strings.h"

namespace agents {

std::string FieldCaption(std::string_view field, base::Language language) {
  static const auto* const korean = new std::map<std::string_view, std::string_view>{
      {"law_id", "법령 번호"}, {"law_name", "법령"}, {"jo", "조문"}, {"title", "제목"}, {"snippet", "발췌"},
      {"text", "내용"}, {"effective_from", "시행일"}, {"version", "판"}, {"kind", "종류"}, {"change", "구분"},
      {"before", "개정 전"}, {"after", "개정 후"}, {"cited", "인용"}, {"finding", "판정"}, {"bad_count", "틀린 인용"},
      {"doc_id", "문서"}, {"clause", "조항"}, {"due", "기한"}, {"count", "건수"}, {"case_no", "사건 번호"},
      {"court", "법원"}, {"decided", "선고일"}, {"gist", "요지"}, {"age", "나이"}, {"sex", "성별"},
      {"section", "항목"}, {"code", "코드"}, {"name", "이름"}, {"date", "날짜"}, {"note", "메모"}, {"drug", "약"},
      {"ingredient", "성분"}, {"dose", "용량"}, {"frequency", "복용"}, {"since", "시작"}, {"order_id", "처방"},
      {"check_id", "점검 번호"}, {"outcome", "결과"}, {"rule", "규칙"}, {"with", "함께 쓰는 약"}, {"reason", "사유"},
      {"dated", "일자"}, {"test", "검사"}, {"time", "시각"}, {"value", "값"}, {"unit", "단위"}, {"comment", "의견"},
      {"study_id", "검사 번호"}, {"modality", "장비"}, {"body_part", "부위"}, {"taken", "촬영일"},
      {"description", "설명"}, {"signed_at", "서명 시각"}, {"export_id", "반출 번호"}, {"rows", "행"}, {"k", "k값"},
      {"tag", "태그"}, {"quality", "품질"}, {"alarm_id", "알람"}, {"asset", "설비"}, {"priority", "우선순위"},
      {"message", "메시지"}, {"cleared", "해제"}, {"acked_at", "확인 시각"}, {"in_control", "관리 상태"},
      {"cpk", "Cpk"}, {"at", "시각"}, {"oee", "OEE"}, {"availability", "가동률"}, {"performance", "성능"},
      {"loss", "손실"}, {"minutes", "분"}, {"fault_code", "고장 코드"}, {"explanation", "설명"},
      {"parts", "필요 부품"}, {"item", "품목 번호"}, {"quantity", "수량"}, {"evidence", "근거"},
      {"wo_id", "작업지시"}, {"before", "이전 값"}, {"read_back", "되읽기 확인"}, {"equipment", "장비"},
      {"total", "합계"}, {"operational", "가동"}, {"rate", "비율"}, {"mo_id", "정비 번호"}, {"opened", "접수일"},
      {"status", "상태"}, {"fault", "고장"}, {"site", "창고"}, {"on_hand", "재고"}, {"free", "가용"},
      {"required", "소요"}, {"shortfall", "부족"}, {"lead_days", "조달 일수"}, {"req_id", "청구서"},
      {"lines", "품목 수"}, {"uid", "식별자"}, {"callsign", "호출명"}, {"lat", "위도"}, {"lon", "경도"},
      {"stale", "오래된 위치"}, {"remarks", "비고"}, {"grade", "등급"}, {"allowed", "제공 가능"},
      {"binding", "등급 결속"}, {"reasons", "근거"}, {"key", "구분"}, {"masked", "가린 곳"}, {"mail_id", "메일"},
      {"sender", "보낸 사람"}, {"subject", "제목"}, {"body", "본문"}, {"attachment_id", "첨부 문서"},
      {"sent_at", "보낸 시각"}, {"ticket_id", "요청 번호"}, {"cells", "표"}, {"items", "목록"}};
  auto it = korean->find(field);
  if (language == base::Language::kKorean && it != korean->end()) return std::string(it->second);
  return base::ReplaceAll(field, "_", " ");
}

}  // namespace agents
