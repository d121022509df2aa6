// law.citations.verify of a contract in the document register of the sample organisation.
#include "tests/unit/connectors/administration_office.h"
#include "tests/unit/connectors/legal_service.h"

namespace connectors {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST(LegalContract, HasItsCitationsVerified) {
  Law law;
  auto register_peer = fakes::Peer::Start("admindb", {});
  ASSERT_TRUE(register_peer.ok()) << register_peer.status();
  const auto texts = MakeDocumentTexts(
      {DatabaseDsn((*register_peer)->port(), "documents", "maru_documents"), ""}, nullptr);
  ASSERT_TRUE(texts.ok()) << texts.status();
  const auto connector =
      MakeLegalConnector({base::StrCat(law.peer->url(), "/DRF"), "sample", "https://gaon.example"},
                         *law.http, base::SystemClock(), texts->get());
  const auto outcome =
      fakes::CallTool(*connector, "law.citations.verify", {{"target", "DOC-2041"}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
  const tools::ToolResult& result = outcome.result();
  EXPECT_EQ(result.value["bad_count"], 3);
  std::vector<std::string> findings;
  for (const base::Json& item : result.value["items"])
    findings.push_back(
        base::StrCat(base::StringOr(item, "cited", ""), ": ", base::StringOr(item, "finding", "")));
  EXPECT_THAT(
      findings,
      ElementsAre("「개인정보 보호법」 제26조제1항: ok", "「개인정보 보호법」 제29조: not_found",
                  "같은 법 시행령 제28조제1항제3호 (개인정보 보호법 시행령): wrong_clause",
                  "「개인정보 보호법」 제39조제1항: repealed"));
  EXPECT_EQ(policies::ToJson(result.label)["n2sf"], "S");
  ASSERT_THAT(result.origins, SizeIs(5));
  EXPECT_EQ(result.origins.back().record, "DOC-2041");
  EXPECT_EQ(fakes::Code(fakes::CallTool(*connector, "law.citations.verify", {{"target", "DOC-9"}})),
            "not_found");
  EXPECT_EQ(
      fakes::Code(fakes::CallTool(*connector, "law.citations.verify", {{"target", "DOC-2060"}})),
      "unparsed");
}

}  // namespace
}  // namespace connectors
