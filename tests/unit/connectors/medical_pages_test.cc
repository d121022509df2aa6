// FHIR bundles whose next page leads elsewhere, or never ends; searches whose filters nobody heeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/medical/care.h"
#include "connectors/medical/cohort.h"
#include "connectors/medical/medicines.h"
#include "model_core/base/strings.h"
#include "tests/fakes/tool_call.h"
#include "tools/part.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;

constexpr char kBase[] = "http://fhir.example/R4";

// A server whose every page names `next`.
class Pages : public HttpClient {
 public:
  explicit Pages(std::string next) : next_(std::move(next)) {}
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request, const tools::CallContext&) override {
    asked.push_back(request.url);
    HttpResponse response;
    response.status = 200;
    response.body = StrCat(R"({"resourceType":"Bundle","link":[{"relation":"next","url":")", next_,
                           R"("}],"entry":[{"resource":{"resourceType":"Patient","id":"1"}}]})");
    return response;
  }
  std::string Error() {
    FhirOptions options;
    options.base_url = kBase;
    options.bearer_token = "secret";
    const Fhir fhir(options, *this, base::SystemClock());
    const auto found = fhir.Search("Patient", {}, {absl::Now() + absl::Seconds(20), nullptr});
    return found.ok() ? "ok" : found.error().code;
  }
  std::vector<std::string> asked;

 private:
  const std::string next_;
};

TEST(FhirPages, TheCredentialGoesToNoOtherHost) {
  for (const char* next :
       {"http://fhir.example/R4.evil.example/p", "http://fhir.example/R4@evil.example/p",
        "http://evil.example/R4?page=2", "https://fhir.example/R4?page=2", "/R4?page=2"}) {
    Pages pages(next);
    EXPECT_EQ(pages.Error(), "malformed_upstream") << next;
    EXPECT_EQ(pages.asked.size(), 1u) << next;
  }
}

TEST(FhirPages, AreFollowedOnTheServerItselfAndNotForEver) {
  for (const char* next :
       {"http://fhir.example/R4?page=2", "http://fhir.example/R4/Patient?page=2"}) {
    Pages pages(next);
    EXPECT_EQ(pages.Error(), "partial");
    EXPECT_EQ(pages.asked.size(), 20u);
  }
}

// Something else stands at the server's address.
class Elsewhere : public HttpClient {
 public:
  absl::StatusOr<HttpResponse> Do(const HttpRequest&, const tools::CallContext&) override {
    HttpResponse response;
    response.status = 404;
    return response;
  }
};

TEST(FhirSearch, ThatIsNotThereDoesNotSayThatNothingIs) {
  Elsewhere http;
  MedicalOptions options;
  options.fhir.base_url = kBase;
  const auto connector = MakeMedicalConnector(options, http, base::SystemClock());
  const auto found = fakes::FindTool(*connector, "order.sign")
                         .Reconcile(fakes::MakeCall("order.sign", {{"order", "ORD-1"}}),
                                    {absl::InfiniteFuture(), nullptr});
  ASSERT_TRUE(found) << "a person would sign again";
  ASSERT_FALSE(found->ok());
  EXPECT_EQ(found->error().code, "unreachable");
}

// A server whose search still gives the draft that has been signed meanwhile.
class Lagging : public HttpClient {
 public:
  bool read_fails = false;

  absl::StatusOr<HttpResponse> Do(const HttpRequest& request, const tools::CallContext&) override {
    const bool search = request.url.find('?') != std::string::npos;
    HttpResponse response;
    response.status = !search && read_fails ? 503 : 200;
    response.body =
        search ? StrCat(R"({"resourceType":"Bundle","entry":[{"resource":)", Order("draft"), "}]}")
               : Order("active");
    return response;
  }

 private:
  static std::string Order(const char* status) {
    return StrCat(
        R"({"resourceType":"MedicationRequest","id":"o","status":")", status,
        R"(","identifier":[{"system":"urn:maru:order-no","value":"ORD-1"},)",
        R"({"system":"urn:maru:effect-key","value":"run/s1"}],)",
        R"("contained":[{"id":"maru-signature","recorded":"2026-11-24T10:00:00+09:00"}]})");
  }
};

TEST(FhirSearch, ThatLagsBehindDoesNotSayThatNothingIsSigned) {
  Lagging http;
  MedicalOptions options;
  options.fhir.base_url = kBase;
  const auto connector = MakeMedicalConnector(options, http, base::SystemClock());
  fakes::CallOptions call;
  call.run_id = "run";
  call.step_id = "s1";
  const auto settle = [&] {
    return fakes::FindTool(*connector, "order.sign")
        .Reconcile(fakes::MakeCall("order.sign", {{"order", "ORD-1"}}, call),
                   {absl::InfiniteFuture(), nullptr});
  };
  const auto found = settle();
  ASSERT_TRUE(found && found->ok());
  EXPECT_EQ(found->result().value["order_id"], "ORD-1");
  http.read_fails = true;
  const auto unknown = settle();
  ASSERT_TRUE(unknown && !unknown->ok());
  EXPECT_EQ(unknown->error().code, "unreachable");
}

// Gives all that it has of the type that is asked for, in one page.
class Heedless : public HttpClient {
 public:
  explicit Heedless(std::vector<Json> resources) : resources_(std::move(resources)) {}
  int total = 0;  // as it counts them; 0: it does not say
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request, const tools::CallContext&) override {
    Json bundle{{"resourceType", "Bundle"}, {"entry", Json::array()}};
    for (const Json& resource : resources_) {
      const std::string type = resource["resourceType"].get<std::string>();
      if (request.url.starts_with(StrCat(kBase, "/", type, "?")))
        bundle["entry"].push_back({{"resource", resource}});
    }
    if (total > 0) bundle["total"] = total;
    HttpResponse response;
    response.status = 200;
    response.body = base::DumpJson(bundle);
    return response;
  }

 private:
  const std::vector<Json> resources_;
};

FhirOptions Options() {
  FhirOptions options;
  options.base_url = kBase;
  options.practitioner_system = "urn:staff";
  return options;
}

const tools::CallContext kContext{absl::InfiniteFuture(), nullptr};

Json Reference(const char* to) { return {{"reference", to}}; }

// A team of patient 1 whose one member is `member`.
Json Team(const char* member) {
  Json participant;
  participant["member"] = Reference(member);
  return {{"resourceType", "CareTeam"},
          {"id", "team"},
          {"status", "active"},
          {"subject", Reference("Patient/1")},
          {"participant", Json::array({participant})}};
}

// Whether lee.doctor, practitioner `dr`, cares for patient 1 on 2026-11-24, in a role too.
bool Cares(const Json& team, const char* role_of = "Practitioner/other",
           const Json& active = true) {
  Json role{
      {"resourceType", "PractitionerRole"}, {"id", "role"}, {"practitioner", Reference(role_of)}};
  if (!active.is_null()) role["active"] = active;
  Heedless server({{{"resourceType", "Practitioner"},
                    {"id", "dr"},
                    {"identifier", {{{"system", "urn:staff"}, {"value", "lee.doctor"}}}}},
                   role,
                   team});
  const Fhir fhir(Options(), server, base::SystemClock());
  Record patient;
  patient.resource["id"] = "1";
  const auto cares = CaresFor(fhir, "lee.doctor", patient, "2026-11-24", kContext);
  EXPECT_TRUE(cares.ok()) << cares.error().message_en;
  return cares.ok() && *cares;
}

TEST(CareRelation, HoldsForWhomATeamNamesWhateverTheServerGives) {
  EXPECT_TRUE(Cares(Team("Practitioner/dr")));
  EXPECT_TRUE(Cares(Team("http://fhir.example/R4/Practitioner/dr")));
  EXPECT_TRUE(Cares(Team("Practitioner/dr/_history/3")));
  EXPECT_TRUE(Cares(Team("http://fhir.example/R4/Practitioner/dr/_history/3")));
  EXPECT_FALSE(Cares(Team("Practitioner/other")));
  EXPECT_FALSE(Cares(Team("Practitioner/other/_history/Practitioner/dr")));
  EXPECT_FALSE(Cares(Team("PractitionerRole/role")));
  EXPECT_TRUE(Cares(Team("PractitionerRole/role"), "Practitioner/dr"));
  Json inactive = Team("Practitioner/dr");
  inactive["status"] = "inactive";
  EXPECT_FALSE(Cares(inactive));
}

TEST(CareRelation, IsOfARoleThatIsNotSaidToBeOver) {
  for (const auto& [active, cares] :
       {std::pair<Json, bool>{true, true}, {nullptr, true}, {false, false}, {"no", false}})
    EXPECT_EQ(Cares(Team("PractitionerRole/role"), "Practitioner/dr", active), cares) << active;
}

TEST(CareRelation, EndsWithThePeriodOfTheTeamAndOfItsMember) {
  for (const auto& [end, cares] : {std::pair("2025", false),
                                   {"2026-10", false},
                                   {"2026-11", true},
                                   {"2026", true},
                                   {"2026-11-23", false},
                                   {"2026-11-24", true}}) {
    Json team = Team("Practitioner/dr"), member = team;
    team["period"] = {{"end", end}};
    member["participant"][0]["period"] = {{"end", end}};
    EXPECT_EQ(Cares(team), cares) << end;
    EXPECT_EQ(Cares(member), cares) << end;
  }
}

Json Potassium(const char* id, const char* time, Json value) {
  Json quantity{{"unit", "mmol/L"}, {"value", std::move(value)}}, code;
  code["text"] = "칼륨";
  code["coding"] = Json::array({{{"system", "http://loinc.org"}, {"code", "2823-3"}}});
  return {{"resourceType", "Observation"},
          {"id", id},
          {"status", "final"},
          {"code", std::move(code)},
          {"subject", Reference("Patient/1")},
          {"effectiveDateTime", time},
          {"valueQuantity", std::move(quantity)}};
}

TEST(LabTrend, NeitherLosesAResultOfADayAloneNorPassesOneOverInSilence) {
  Json pending = Potassium("e", "2026-11-05", nullptr);
  pending["status"] = "registered";
  Json sodium = Potassium("g", "2026-11-02", 140);
  sodium["code"]["coding"][0]["code"] = "2951-2";
  Heedless server({{{"resourceType", "Patient"},
                    {"id", "1"},
                    {"identifier", {{{"system", "urn:maru:patient-no"}, {"value", "P-1"}}}}},
                   Potassium("a", "2026-11-02T09:00:00+09:00", 4.1),
                   Potassium("b", "2026-11-03", 6.2),
                   Potassium("c", "2026-11", 5),
                   Potassium("d", "2026-11-04T09:00:00+09:00", "용혈"),
                   pending,
                   Potassium("f", "2026-10-31", "before the period"),
                   sodium});
  MedicalOptions options;
  options.fhir.base_url = kBase;
  const auto connector = MakeMedicalConnector(options, server, base::SystemClock());
  const auto outcome =
      fakes::CallTool(*connector, "lab.trend",
                      {{"patient", "P-1"},
                       {"tests", {"칼륨"}},
                       {"period", {{"from", "2026-11-01"}, {"to", "2026-11-30"}}}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& value = outcome.result().value;
  ASSERT_EQ(value["items"].size(), 2u);
  EXPECT_EQ(value["items"][1]["value"], 6.2);
  EXPECT_EQ(value["items"][1]["time"], "2026-11-03T00:00:00+09:00");
  EXPECT_EQ(tools::LeftOutOf(value), 2) << "one of an unknown day, and one without a number";
}

TEST(LabTrend, HasAResultOfADayAloneInAnyPeriodThatTouchesTheDay) {
  const auto found = [](const char* from, const char* to) {
    Heedless server({{{"resourceType", "Patient"},
                      {"id", "1"},
                      {"identifier", {{{"system", "urn:maru:patient-no"}, {"value", "P-1"}}}}},
                     Potassium("a", "2026-11-02", 4.1)});
    MedicalOptions options;
    options.fhir.base_url = kBase;
    const auto connector = MakeMedicalConnector(options, server, base::SystemClock());
    const auto outcome = fakes::CallTool(
        *connector, "lab.trend",
        {{"patient", "P-1"}, {"tests", {"칼륨"}}, {"period", {{"from", from}, {"to", to}}}});
    EXPECT_TRUE(outcome.ok()) << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value["items"].size() : 0;
  };
  EXPECT_EQ(found("2026-11-02T15:00:00+09:00", "2026-11-03T15:00:00+09:00"), 1u);
  EXPECT_EQ(found("2026-11-01T15:00:00+09:00", "2026-11-02T15:00:00+09:00"), 1u);
  EXPECT_EQ(found("2026-11-03T00:00:00+09:00", "2026-11-04T15:00:00+09:00"), 0u);
  EXPECT_EQ(found("2026-11-01", "2026-11-01"), 0u);
}

TEST(MedicinesOn, AreNoOrdersThatWereCalledOff) {
  const auto taken = [](const char* status) {
    Json order, patient;
    order["resourceType"] = "MedicationRequest";
    order["status"] = status;
    order["subject"] = Reference("Patient/1");
    order["medicationCodeableConcept"]["text"] = "가온정";
    order["dispenseRequest"]["validityPeriod"] = {{"start", "2026-11-01"}, {"end", "2026-12"}};
    patient["resourceType"] = "Patient";
    Heedless server({order, patient});
    const Fhir fhir(Options(), server, base::SystemClock());
    const auto medicines = MedicinesOn(fhir, "1", "2026-11-24", kContext);
    EXPECT_TRUE(medicines.ok()) << medicines.error().message_en;
    return medicines.ok() && medicines->size() == 1;
  };
  for (const char* status : {"active", "completed", "stopped"}) EXPECT_TRUE(taken(status));
  for (const char* status : {"cancelled", "entered-in-error", "draft", "on-hold", ""})
    EXPECT_FALSE(taken(status)) << status;
}

TEST(MedicinesOn, TellADoseOfAnySize) {
  for (const auto& [value, dose] :
       {std::pair(100'000.0, "100000mg"), {2.5, "2.5mg"}, {1e300, "1e+300mg"}}) {
    Json order, patient, dosage;
    dosage["doseQuantity"] = {{"value", value}, {"unit", "mg"}};
    order["resourceType"] = "MedicationRequest";
    order["status"] = "active";
    order["subject"] = Reference("Patient/1");
    order["dosageInstruction"][0]["doseAndRate"][0] = dosage;
    patient["resourceType"] = "Patient";
    Heedless server({order, patient});
    const auto medicines =
        MedicinesOn(Fhir(Options(), server, base::SystemClock()), "1", "2026-11-24", kContext);
    ASSERT_TRUE(medicines.ok()) << medicines.error().message_en;
    EXPECT_EQ(medicines->at(0).dose, dose);
  }
}

// What a server tells of those who had asthma in November 2026, of a patient 1 who had it as the
// dates say: how many there are, or what is wrong.
std::string Asthmatics(const char* onset, const char* over, const char* patient = "1") {
  Json asthma;
  asthma["text"] = "천식";
  Heedless server({{{"resourceType", "Condition"},
                    {"id", "c"},
                    {"code", asthma},
                    {"subject", Reference("Patient/1")},
                    {"onsetDateTime", onset},
                    {"abatementDateTime", over}},
                   {{"resourceType", "Patient"}, {"id", patient}, {"gender", "male"}}});
  const Fhir fhir(Options(), server, base::SystemClock());
  const auto rows = ReadCohort(fhir, {"천식", {"sex"}, "2026-11-01", "2026-11-30"}, kContext);
  return rows.ok() ? StrCat(rows->size()) : rows.error().code;
}

TEST(Cohort, IsOfThePeriodThoughARecordKnowsOnlyMonthsOrYears) {
  EXPECT_EQ(Asthmatics("2026-11-30", "2026-12-24"), "1");
  EXPECT_EQ(Asthmatics("2019", "2026"), "1");
  EXPECT_EQ(Asthmatics("2026-11", "2026-11"), "1");
  EXPECT_EQ(Asthmatics("2019", "2025"), "0");
  EXPECT_EQ(Asthmatics("2019-03", "2026-10"), "0");
  EXPECT_EQ(Asthmatics("2027", "2028"), "0");
}

TEST(Cohort, HasNobodyWhoDoesNotBelong) {
  EXPECT_EQ(Asthmatics("2019", "2026", "2"), "malformed_upstream");
}

TEST(PatientIdOf, IsWithoutServerAndVersion) {
  for (const char* to : {"Patient/1", "Patient/1/_history/3", "http://fhir.example/R4/Patient/1"}) {
    Json order;
    order["subject"] = Reference(to);
    EXPECT_EQ(PatientIdOf(order), "1") << to;
  }
}

TEST(FhirSearch, WhatComesTwiceCountsOnce) {
  const Json patient{{"resourceType", "Patient"}, {"id", "1"}};
  Heedless server({patient, patient});
  const Fhir fhir(Options(), server, base::SystemClock());
  for (const int total : {0, 1, 2}) {  // a server that joins tables counts it twice itself
    server.total = total;
    const auto found = fhir.Search("Patient", {}, kContext);
    ASSERT_TRUE(found.ok()) << found.error().message_en;
    EXPECT_EQ(found->size(), 1u);
  }
  server.total = 3;
  const auto some = fhir.Search("Patient", {}, kContext);
  ASSERT_FALSE(some.ok());
  EXPECT_EQ(some.error().code, "partial");
}

}  // namespace
}  // namespace connectors::medical
