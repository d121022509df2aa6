#include "agents/captions.h"

#include <map>

#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Language;
using base::StrCat;

struct Words {
  std::string_view korean;
  std::string_view english;  // empty: the name itself, spelt out
};
using Table = std::map<std::string_view, Words>;

// "tool:name" before "name": one name means several things.
const Table& Arguments() {
  static const auto* const table = new Table{{"query", {"찾을 내용", "search for"}},
                                             {"law", {"법령 이름", "law"}},
                                             {"kind", {"종류", ""}},
                                             {"as_of", {"기준일", "as of"}},
                                             {"jo", {"조문 번호", "article"}},
                                             {"hang", {"항", "paragraph"}},
                                             {"ho", {"호", "subparagraph"}},
                                             {"period", {"기간", ""}},
                                             {"target", {"확인할 대상", ""}},
                                             {"corpus", {"문서 종류", "kind of document"}},
                                             {"patient", {"환자 번호", ""}},
                                             {"section", {"항목", ""}},
                                             {"at", {"기준일", "as of"}},
                                             {"drugs", {"약 이름", ""}},
                                             {"tests", {"검사 이름", ""}},
                                             {"modality", {"영상 종류", ""}},
                                             {"body_part", {"부위", ""}},
                                             {"drug", {"약 이름", ""}},
                                             {"dose", {"용량", ""}},
                                             {"frequency", {"복용 횟수", ""}},
                                             {"check", {"점검 번호", "safety check"}},
                                             {"order", {"처방 번호", ""}},
                                             {"override", {"사유", "reason for override"}},
                                             {"condition", {"대상 조건", ""}},
                                             {"columns", {"항목", ""}},
                                             {"recipient", {"받는 곳", ""}},
                                             {"tags", {"태그", ""}},
                                             {"aggregate", {"집계 방법", ""}},
                                             {"area", {"구역", ""}},
                                             {"priority", {"우선순위", ""}},
                                             {"alarm", {"알람 번호", ""}},
                                             {"comment", {"의견", ""}},
                                             {"tag", {"태그", ""}},
                                             {"chart", {"관리도", ""}},
                                             {"rules", {"판정 규칙", ""}},
                                             {"line", {"라인", ""}},
                                             {"shift", {"근무조", ""}},
                                             {"asset", {"설비", ""}},
                                             {"fault", {"고장 내용", ""}},
                                             {"due", {"기한", ""}},
                                             {"value", {"값", ""}},
                                             {"unit", {"부대", ""}},
                                             {"setpoint.write:unit", {"단위", ""}},
                                             {"reason", {"사유", ""}},
                                             {"equipment", {"장비", ""}},
                                             {"status", {"상태", ""}},
                                             {"item", {"품목", ""}},
                                             {"site", {"창고", ""}},
                                             {"days", {"일수", ""}},
                                             {"class", {"보급 종류", "supply class"}},
                                             {"items", {"품목", ""}},
                                             {"quantities", {"수량", ""}},
                                             {"requisition", {"청구서 번호", ""}},
                                             {"since", {"시작 시각", ""}},
                                             {"document", {"문서 번호", ""}},
                                             {"grade", {"등급", ""}},
                                             {"dataset", {"자료", ""}},
                                             {"measure", {"집계", ""}},
                                             {"filter", {"조건", ""}},
                                             {"group_by", {"구분", "grouped by"}},
                                             {"part", {"부분", ""}},
                                             {"subject", {"제목", ""}},
                                             {"sources", {"근거 자료", ""}},
                                             {"body", {"본문", ""}},
                                             {"kinds", {"가릴 항목", "what to mask"}},
                                             {"sender", {"보낸 사람", ""}},
                                             {"to", {"받는 사람", ""}},
                                             {"attachment", {"첨부 문서", ""}},
                                             {"title", {"제목", ""}},
                                             {"queue", {"담당 부서", ""}},
                                             {"place", {"장소", ""}}};
  return *table;
}

const Table& Fields() {
  static const auto* const table = new Table{{"law_id", {"법령 번호", "law number"}},
                                             {"law_name", {"법령", "law"}},
                                             {"jo", {"조문", "article"}},
                                             {"title", {"제목", ""}},
                                             {"snippet", {"발췌", ""}},
                                             {"effective_from", {"시행일", "in force from"}},
                                             {"text", {"내용", ""}},
                                             {"version", {"판", ""}},
                                             {"kind", {"종류", ""}},
                                             {"change", {"구분", ""}},
                                             {"before", {"이전 값", ""}},
                                             {"after", {"바뀐 값", ""}},
                                             {"setpoint.write:after", {"되읽은 값", "value read back"}},
                                             {"law.diff:before", {"개정 전", ""}},
                                             {"law.diff:after", {"개정 후", ""}},
                                             {"cited", {"인용", ""}},
                                             {"finding", {"판정", ""}},
                                             {"bad_count", {"틀린 인용", "wrong citations"}},
                                             {"doc_id", {"문서", "document"}},
                                             {"clause", {"조항", ""}},
                                             {"due", {"조치 기한", ""}},
                                             {"count", {"건수", ""}},
                                             {"law.impact:count",
                                              {"영향받는 문서 수", "documents affected"}},
                                             {"case_no", {"사건 번호", "case"}},
                                             {"court", {"법원", ""}},
                                             {"decided", {"선고일", ""}},
                                             {"gist", {"요지", ""}},
                                             {"age", {"나이", ""}},
                                             {"sex", {"성별", ""}},
                                             {"section", {"항목", ""}},
                                             {"code", {"코드", ""}},
                                             {"name", {"이름", ""}},
                                             {"date", {"날짜", ""}},
                                             {"note", {"메모", ""}},
                                             {"drug", {"약", ""}},
                                             {"ingredient", {"성분", ""}},
                                             {"dose", {"용량", ""}},
                                             {"frequency", {"복용", ""}},
                                             {"since", {"시작", ""}},
                                             {"alarm.active:since", {"발생", ""}},
                                             {"alarm.history:since", {"발생", ""}},
                                             {"order_id", {"처방", "order"}},
                                             {"check_id", {"점검 번호", "check"}},
                                             {"outcome", {"점검 결과", ""}},
                                             {"rule", {"규칙", ""}},
                                             {"with", {"함께 쓰는 약", "together with"}},
                                             {"reason", {"사유", ""}},
                                             {"dated", {"일자", ""}},
                                             {"test", {"검사", ""}},
                                             {"time", {"시각", ""}},
                                             {"value", {"값", ""}},
                                             {"unit", {"단위", ""}},
                                             {"comment", {"의견", ""}},
                                             {"study_id", {"검사 번호", "study"}},
                                             {"modality", {"영상", ""}},
                                             {"body_part", {"부위", ""}},
                                             {"taken", {"촬영일", ""}},
                                             {"description", {"설명", ""}},
                                             {"signed_at", {"서명 시각", ""}},
                                             {"export_id", {"반출 번호", "export"}},
                                             {"rows", {"행 수", ""}},
                                             {"k", {"k-익명성", "k-anonymity"}},
                                             {"tag", {"태그", ""}},
                                             {"quality", {"품질", ""}},
                                             {"alarm_id", {"알람", "alarm"}},
                                             {"asset", {"설비", ""}},
                                             {"priority", {"우선순위", ""}},
                                             {"message", {"메시지", ""}},
                                             {"cleared", {"해제", ""}},
                                             {"acked_at", {"확인 시각", "acknowledged at"}},
                                             {"in_control", {"관리 상태", "in control"}},
                                             {"cpk", {"Cpk", "Cpk"}},
                                             {"at", {"시각", ""}},
                                             {"oee", {"OEE", "OEE"}},
                                             {"availability", {"시간 가동률", ""}},
                                             {"performance", {"성능 가동률", ""}},
                                             {"oee.compute:quality", {"양품률", ""}},
                                             {"loss", {"손실", ""}},
                                             {"minutes", {"시간(분)", ""}},
                                             {"fault_code", {"고장 코드", ""}},
                                             {"explanation", {"추정 원인", "probable cause"}},
                                             {"parts", {"필요 부품", "parts needed"}},
                                             {"item", {"품목 번호", ""}},
                                             {"quantity", {"수량", ""}},
                                             {"evidence", {"근거", ""}},
                                             {"rootcause.explain:items", {"근거", "evidence"}},
                                             {"wo_id", {"작업지시", "work order"}},
                                             {"read_back", {"되읽기 확인", "read back"}},
                                             {"equipment", {"장비", ""}},
                                             {"total", {"합계", ""}},
                                             {"readiness.status:total", {"보유", "held"}},
                                             {"operational", {"가동", ""}},
                                             {"rate", {"가동률", ""}},
                                             {"mo_id", {"정비 번호", "maintenance order"}},
                                             {"opened", {"접수일", ""}},
                                             {"status", {"상태", ""}},
                                             {"fault", {"고장", ""}},
                                             {"site", {"창고", ""}},
                                             {"on_hand", {"재고", ""}},
                                             {"free", {"가용", ""}},
                                             {"required", {"소요", ""}},
                                             {"shortfall", {"부족", ""}},
                                             {"lead_days", {"조달 일수", "lead time in days"}},
                                             {"req_id", {"청구서", "requisition"}},
                                             {"lines", {"품목 수", ""}},
                                             {"uid", {"식별자", "UID"}},
                                             {"callsign", {"호출명", ""}},
                                             {"lat", {"위도", "latitude"}},
                                             {"lon", {"경도", "longitude"}},
                                             {"stale", {"오래된 위치", ""}},
                                             {"remarks", {"비고", ""}},
                                             {"grade", {"등급", ""}},
                                             {"allowed", {"제공 가능", "may have it"}},
                                             {"binding", {"등급 표시 결속", "label binding"}},
                                             {"reasons", {"판정 근거", ""}},
                                             {"key", {"구분", ""}},
                                             {"masked", {"가린 곳", "places masked"}},
                                             {"mail_id", {"메일", "mail"}},
                                             {"sender", {"보낸 사람", ""}},
                                             {"subject", {"제목", ""}},
                                             {"body", {"본문", ""}},
                                             {"attachment_id", {"첨부 문서", "attachment"}},
                                             {"sent_at", {"보낸 시각", ""}},
                                             {"ticket_id", {"요청 번호", "ticket"}},
                                             {"cells", {"표", "row"}}};
  return *table;
}

// Values whose Korean the catalogue does not give, because nobody writes them in a request.
const Table& Values() {
  static const auto* const table = new Table{{"finding:ok", {"맞음", "correct"}},
                                             {"finding:not_found", {"없는 법령·조문", ""}},
                                             {"finding:not_in_force", {"시행 전", ""}},
                                             {"finding:repealed", {"폐지·삭제됨", ""}},
                                             {"finding:amended_later", {"이후 개정됨", ""}},
                                             {"finding:wrong_clause", {"항·호 틀림", ""}},
                                             {"outcome:clear", {"문제 없음", "no problem found"}},
                                             {"outcome:caution", {"주의", ""}},
                                             {"outcome:contraindicated", {"병용 금기", ""}},
                                             {"outcome:not_checked", {"점검하지 못함", ""}},
                                             {"quality:good", {"정상", ""}},
                                             {"quality:uncertain", {"불확실", ""}},
                                             {"quality:bad", {"불량", ""}}};
  return *table;
}

const Table& Errors() {
  static const auto* const table =
      new Table{{"unreachable", {"연결할 수 없음", ""}},
                {"timeout", {"시간 초과", ""}},
                {"auth", {"인증 거부", "not authorised there"}},
                {"rate_limited", {"호출 한도 초과", ""}},
                {"not_found", {"자료 없음", ""}},
                {"invalid_argument", {"잘못된 값", ""}},
                {"malformed_upstream", {"응답 형식 오류", "malformed answer"}},
                {"stale", {"오래된 자료", ""}},
                {"partial", {"일부만 받음", ""}},
                {"in_doubt", {"처리 여부 불명", ""}},
                {"not_allow_listed", {"허용 목록에 없음", ""}},
                {"out_of_limits", {"허용 범위 밖", ""}},
                {"interlocked", {"인터록", ""}},
                {"unit_mismatch", {"단위 불일치", ""}},
                {"label_too_high", {"등급 초과", ""}},
                {"canceled", {"취소됨", ""}},
                {"forbidden", {"허용되지 않음", ""}}};
  return *table;
}

std::string Look(const Table& table, std::string_view scope, std::string_view name,
                 Language language) {
  auto it = table.find(StrCat(scope, ":", name));
  if (it == table.end()) it = table.find(name);
  if (it != table.end() && language == Language::kKorean) return std::string(it->second.korean);
  if (it != table.end() && !it->second.english.empty()) return std::string(it->second.english);
  return base::ReplaceAll(name, "_", " ");
}

}  // namespace

std::string ArgumentCaption(std::string_view tool, std::string_view argument, Language language) {
  return Look(Arguments(), tool, argument, language);
}

std::string FieldCaption(std::string_view tool, std::string_view field, Language language) {
  return Look(Fields(), tool, field, language);
}

std::string EnumWord(const tools::Catalogue& catalogue, std::string_view enumeration,
                     std::string_view value, Language language) {
  const auto* words = catalogue.Enumeration(enumeration);
  if (language == Language::kKorean && words != nullptr) {
    auto it = words->find(std::string(value));
    if (it != words->end() && !it->second.empty()) return it->second.front();
  }
  return Look(Values(), enumeration, value, language);
}

std::string ErrorWord(std::string_view code, Language language) {
  return Look(Errors(), "", code, language);
}

std::string ArticleText(std::string_view jo, Language language) {
  if (language == Language::kEnglish) return std::string(jo);
  const size_t dash = jo.find('-');
  return dash == std::string_view::npos
             ? StrCat("제", jo, "조")
             : StrCat("제", jo.substr(0, dash), "조의", jo.substr(dash + 1));
}

std::string TimeForPeople(std::string_view time) {
  constexpr size_t kMinutes = sizeof("2026-11-24T10:00") - 1;
  if (time.size() <= kMinutes || time[10] != 'T') return std::string(time);
  std::string text(time.substr(0, kMinutes));
  text[10] = ' ';
  return text;
}

}  // namespace agents
