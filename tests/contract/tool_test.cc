// What every Tool and every Connector promises: all of them, of every domain, where no system is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "connectors/administration.h"
#include "connectors/defense.h"
#include "connectors/legal.h"
#include "connectors/manufacturing.h"
#include "connectors/medical.h"
#include "model_core/base/text.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;
using tools::Catalogue;
using tools::Connector;
using Connectors = std::vector<std::unique_ptr<Connector>>;

std::string Sample(std::string_view file) {
  return StrCat(MARU_SOURCE_DIR "/deploy/sample/", file);
}

// Systems at a port that nobody listens on, as the sample organisation's files describe them.
class Away {
 public:
  ~Away() { std::filesystem::remove_all(outbox_); }

  std::string Url() const { return StrCat("http://127.0.0.1:", port_); }
  std::string Dsn() const { return StrCat("host=127.0.0.1 port=", port_, " dbname=x user=x"); }

  LegalOptions Legal() const { return {Url(), "key", "referer"}; }
  MedicalOptions Medical() const {
    MedicalOptions options;
    options.fhir.base_url = Url();
    options.exports = {outbox_, Sample("medical/recipients.json")};
    options.dur_rules_file = Sample("medical/dur_rules.csv");
    options.drug_list_file = Sample("medical/drugs.csv");
    return options;
  }
  ImagingOptions Imaging() const { return {Url(), "", "", Medical().fhir}; }
  ManufacturingOptions Manufacturing() const {
    ManufacturingOptions options;
    options.opcua = {StrCat("opc.tcp://127.0.0.1:", port_, "/plant"), "none", "", "", ""};
    options.sparkplug.host = "127.0.0.1";
    options.sparkplug.port = port_;
    options.modbus = {"127.0.0.1", port_};
    options.tag_map_path = Sample("manufacturing/tags.json");
    options.set_points_path = Sample("manufacturing/setpoints.json");
    options.plant_dsn = Dsn();
    options.tryton = Tryton();
    return options;
  }
  DefenseOptions Defense() const {
    DefenseOptions options;
    options.tryton = Tryton();
    options.readiness_dsn = Dsn();
    options.tak = {"127.0.0.1", port_, {}, Sample("defense/areas.json")};
    options.labels = {Sample("defense/labels.json"), "no key", "no certificate"};
    return options;
  }
  AdministrationOptions Administration() const {
    AdministrationOptions options;
    options.sql = {Dsn(), Sample("administration/datasets.json")};
    options.documents.dsn = Dsn();
    options.mail.imap_host = options.mail.smtp_host = "127.0.0.1";
    options.mail.imap_port = options.mail.smtp_port = port_;
    options.mail.tls = MailOptions::Tls::kNone;
    options.mail.from = "maru@example.org";
    options.mail.address_book_path = Sample("administration/address_book.json");
    options.tickets = {Url(), "key", Sample("administration/queues.json")};
    options.opendata = {Url(), "key", Sample("administration/places.json")};
    return options;
  }

 private:
  TrytonOptions Tryton() const { return {Url(), "erp", "admin", "password", ""}; }

  const int port_ = fakes::FreePort();
  const std::string outbox_ = StrCat(testing::TempDir(), "/tool_contract_", ::getpid());
};

template <typename T>
T Made(absl::StatusOr<T> made) {
  CHECK(made.ok(), "%s", std::string(made.status().message()).c_str());
  return *std::move(made);
}

// Every connector that there is.
class AllConnectors {
 public:
  AllConnectors(LegalOptions legal, MedicalOptions medical, ImagingOptions imaging,
                ManufacturingOptions manufacturing, DefenseOptions defense,
                AdministrationOptions administration) {
    base::Clock& clock = base::SystemClock();
    if (!administration.documents.dsn.empty()) {
      documents_ = Made(MakeDocumentStore(administration.documents));
      texts_ = Made(MakeDocumentTexts(administration.documents, nullptr));
    }
    all_.push_back(MakeLegalConnector(std::move(legal), *http_, clock, texts_.get()));
    all_.push_back(MakeMedicalConnector(std::move(medical), *http_, clock));
    all_.push_back(MakeImagingConnector(std::move(imaging), *http_, clock));
    Add(MakeManufacturingConnectors(std::move(manufacturing), {*http_, clock}));
    Add(MakeDefenseConnectors(std::move(defense), {*http_, clock, documents_.get()}));
    Add(MakeAdministrationConnectors(std::move(administration),
                                     {*http_, clock, Catalogue::BuiltIn(), nullptr}));
  }
  const Connectors& all() const { return all_; }

 private:
  void Add(absl::StatusOr<Connectors> more) {
    for (auto& connector : Made(std::move(more))) all_.push_back(std::move(connector));
  }

  const std::unique_ptr<HttpClient> http_ = MakeHttpClient({});
  std::unique_ptr<DocumentStore> documents_;
  std::unique_ptr<DocumentTexts> texts_;
  Connectors all_;
};

class ToolContract : public testing::Test {
 protected:
  // Calls `each` with every tool and what the catalogue says of it.
  template <typename Each>
  void ForEachTool(Each each) {
    for (const auto& connector : connectors_.all()) {
      for (tools::Tool* tool : connector->tools()) {
        const tools::ToolSpec* const spec = Catalogue::BuiltIn().Find(tool->name());
        ASSERT_NE(spec, nullptr) << tool->name();
        SCOPED_TRACE(tool->name());
        each(*tool, *spec);
      }
    }
  }

  const Away away_;
  AllConnectors connectors_{away_.Legal(),         away_.Medical(), away_.Imaging(),
                            away_.Manufacturing(), away_.Defense(), away_.Administration()};
};

Json ValueOf(const tools::ArgumentSpec& argument) {
  const std::string& kind = argument.kinds.front();
  if (kind == "enum") return argument.values.front();
  if (kind == "date") return "2026-11-24";
  if (kind == "time") return "2026-11-24T10:00:00+09:00";
  if (kind == "period") return {{"from", "2026-10-01"}, {"to", "2026-10-31"}};
  if (kind == "int") return 1;
  if (kind == "number") return 1.5;
  if (kind == "jo") return "1";
  if (kind == "id:tag") return "TI-101";
  return kind.starts_with("id:") ? "X-1" : "의료법 제1조";
}

// A call with every argument that the tool takes.
tools::ToolCall FullCall(const tools::ToolSpec& spec) {
  Json arguments = Json::object();
  for (const tools::ArgumentSpec& argument : spec.arguments) {
    Json& value = arguments[argument.name];
    if (!argument.list) {
      value = ValueOf(argument);
    } else {
      value = argument.Takes("result") ? Json::array() : Json::array({ValueOf(argument)});
    }
  }
  return fakes::MakeCall(spec.name, std::move(arguments));
}

tools::ToolOutcome Do(tools::Tool& tool, const tools::ToolCall& call,
                      const tools::CallContext& context) {
  return tool.Call(call, policies::PermitOffice::Issue(call.binding), context);
}

bool HasHangul(const std::string& text) {
  for (const char32_t c : base::CodePoints(text))
    if (c >= U'가' && c <= U'힣') return true;
  return false;
}

// Codes that the catalogue gives a tool.
std::set<std::string> CodesOf(const tools::ToolSpec& spec) {
  std::set<std::string> codes(spec.errors.begin(), spec.errors.end());
  for (const char* list : {"common_errors", "effect_errors"}) {
    if (list == std::string("effect_errors") && spec.effect == tools::Effect::kRead) continue;
    for (const Json& code : Catalogue::BuiltIn().json()[list]) codes.insert(code);
  }
  return codes;
}

void ExpectFailure(const tools::ToolSpec& spec, const tools::ToolError& error) {
  EXPECT_THAT(CodesOf(spec), testing::Contains(error.code)) << error.message_en;
  EXPECT_FALSE(error.message_en.empty());
  EXPECT_TRUE(HasHangul(error.message_ko)) << error.message_ko;
}

// What a call gives where nobody is. `may_doubt`: whether it was sent may not be known.
void ExpectNothingDone(const tools::ToolSpec& spec, const tools::ToolOutcome& outcome,
                       bool may_doubt = false) {
  if (!outcome.ok()) {
    ExpectFailure(spec, outcome.error());
    EXPECT_TRUE(may_doubt || !outcome.error().in_doubt) << outcome.error().message_en;
    return;
  }
  EXPECT_EQ(spec.effect, tools::Effect::kRead) << "an effect succeeded with nobody there";
  EXPECT_FALSE(tools::CheckResult(spec, outcome.result().value));
  EXPECT_FALSE(outcome.result().origins.empty());
}

TEST_F(ToolContract, TheConnectorsGiveEachToolOfTheCatalogueOnce) {
  std::set<std::string> names, domains, given;
  for (const tools::ToolSpec& spec : Catalogue::BuiltIn().tools()) domains.insert(spec.domain);
  for (const auto& connector : connectors_.all()) {
    EXPECT_TRUE(names.insert(connector->name()).second) << connector->name();
    EXPECT_TRUE(domains.contains(connector->domain())) << connector->domain();
    for (tools::Tool* tool : connector->tools())
      EXPECT_TRUE(given.insert(tool->name()).second) << tool->name();
  }
  for (const tools::ToolSpec& spec : Catalogue::BuiltIn().tools())
    EXPECT_TRUE(given.contains(spec.name)) << spec.name;
}

TEST_F(ToolContract, AConnectorWithoutOptionsIsThereAndSaysThatItIsNotConfigured) {
  const AllConnectors bare({}, {}, {}, {}, {}, {});
  EXPECT_EQ(bare.all().size(), connectors_.all().size());
  for (const auto& connector : bare.all()) {
    const Connector::Health health = connector->Check(absl::InfinitePast());
    EXPECT_EQ(health.state, Connector::State::kNotConfigured) << connector->name();
    EXPECT_FALSE(health.detail_en.empty());
    EXPECT_TRUE(HasHangul(health.detail_ko)) << connector->name();
  }
}

TEST_F(ToolContract, AConnectorWhoseSystemIsAwayIsDownAndSaysWhyInBothLanguages) {
  for (const auto& connector : connectors_.all()) {
    const Connector::Health health = connector->Check(absl::Now() + absl::Seconds(2));
    EXPECT_EQ(health.state, Connector::State::kDown) << connector->name();
    EXPECT_FALSE(health.detail_en.empty());
    EXPECT_TRUE(HasHangul(health.detail_ko)) << connector->name() << ": " << health.detail_ko;
  }
}

TEST_F(ToolContract, WhereNobodyAnswersACallFailsByACodeOfTheCatalogueAndNothingIsInDoubt) {
  ForEachTool([](tools::Tool& tool, const tools::ToolSpec& spec) {
    ExpectNothingDone(spec, Do(tool, FullCall(spec), {absl::Now() + absl::Seconds(5), {}}));
  });
}

// A doubt is taken where a look-up by the call's key settles it.
TEST_F(ToolContract, ACallThatIsCancelledOrLateSucceedsInNothing) {
  ForEachTool([](tools::Tool& tool, const tools::ToolSpec& spec) {
    const bool settled = spec.recovery == tools::Recovery::kReconcile;
    const tools::CallContext cancelled{absl::Now() + absl::Seconds(5), [] { return true; }};
    ExpectNothingDone(spec, Do(tool, FullCall(spec), cancelled), settled);
    const tools::CallContext late{absl::Now() - absl::Seconds(1), {}};
    ExpectNothingDone(spec, Do(tool, FullCall(spec), late), settled);
  });
}

// That an effect did not happen is known only from the system that would have it.
TEST_F(ToolContract, WhetherAnEffectHappenedIsNotKnownWhereNobodyAnswers) {
  ForEachTool([](tools::Tool& tool, const tools::ToolSpec& spec) {
    if (spec.recovery != tools::Recovery::kReconcile) return;
    const auto found = tool.Reconcile(FullCall(spec), {absl::Now() + absl::Seconds(5), {}});
    ASSERT_TRUE(found.has_value());
    ASSERT_FALSE(found->ok());
    ExpectFailure(spec, found->error());
  });
}

using ToolContractDeathTest = ToolContract;

TEST_F(ToolContractDeathTest, NoToolIsCalledWithAPermitForAnotherCall) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  ForEachTool([](tools::Tool& tool, const tools::ToolSpec& spec) {
    const tools::ToolCall call = FullCall(spec);
    tools::ToolCall other = call;
    other.binding.step_id = "s2";
    EXPECT_DEATH(tool.Call(call, policies::PermitOffice::Issue(other.binding),
                           {absl::Now() + absl::Seconds(5), {}}),
                 "the permit is for another call");
  });
}

}  // namespace
}  // namespace connectors
