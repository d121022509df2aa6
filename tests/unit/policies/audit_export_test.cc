// An exported run against whoever edits the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/policies/audited_run.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using testing::HasSubstr;

class AuditExportTest : public testing::Test {
 protected:
  Verification Check(const AuditExport& bundle) {
    return Verify(bundle, run_.signer().verifier_key());
  }
  // By way of the file; one that cannot be read does not hold.
  bool Holds(const Json& json) {
    const auto bundle = ParseAuditExport(json);
    return bundle.ok() && Check(*bundle).ok;
  }

  AuditedRun run_{"maru-audit-export"};
  const AuditExport bundle_ = run_.Export(AuditedRun::Honest());
  const Json file_ = ToJson(bundle_);
};

std::string WithAnotherDigit(const std::string& text, size_t at) {
  return StrCat(text.substr(0, at), text.at(at) == '0' ? '1' : '0', text.substr(at + 1));
}

TEST_F(AuditExportTest, OfAnHonestRunHolds) {
  const Verification found = Check(bundle_);
  EXPECT_TRUE(found.ok) << found.reason_en;
  EXPECT_TRUE(found.ended);
  EXPECT_EQ(found.records, bundle_.entries.size());
  EXPECT_EQ(found.first_bad, -1);
  EXPECT_TRUE(Holds(file_));
  EXPECT_EQ(ToJson(*ParseAuditExport(file_)), file_);
}

TEST_F(AuditExportTest, AChangeOfAnyFieldOfAnyRecordIsFoundAtThatRecord) {
  for (size_t i = 0; i < bundle_.entries.size(); ++i) {
    for (const char* member : {"id", "run", "time", "actor", "type", "salt", "payload_sha256"}) {
      Json file = file_;
      file["records"][i][member] =
          WithAnotherDigit(file["records"][i][member].get<std::string>(), 0);
      const Verification found = Check(*ParseAuditExport(file));
      EXPECT_FALSE(found.ok) << i << " " << member;
      EXPECT_EQ(found.first_bad, static_cast<int64_t>(i)) << member;
      file["records"][i].erase(member);
      EXPECT_FALSE(Holds(file)) << i << " " << member;
    }
  }
}

std::string InCapitals(std::string hex) {
  for (char& c : hex) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return hex;
}

// They decode to the same bytes, and yet the file is not what the server gave out.
TEST_F(AuditExportTest, AHashInCapitalsIsAChangeAndIsNamed) {
  for (size_t i = 0; i < bundle_.entries.size(); ++i) {
    for (const char* member : {"salt", "payload_sha256"}) {
      Json file = file_;
      Json& hash = file["records"][i][member];
      hash = InCapitals(hash.get<std::string>());
      if (hash == file_["records"][i][member]) continue;  // digits alone
      const Verification found = Check(*ParseAuditExport(file));
      EXPECT_EQ(found.first_bad, static_cast<int64_t>(i)) << member;
      EXPECT_THAT(found.reason_en, HasSubstr("small hex"));
    }
    Json file = file_;
    Json& hash = file["records"][i]["proof"][0];
    hash = InCapitals(hash.get<std::string>());
    EXPECT_THAT(std::string(ParseAuditExport(file).status().message()),
                HasSubstr(StrCat("record ", i, ": a proof hash is not 64 digits of small hex")));
    file = file_;
    file["records"][i]["salt"] = "";
    EXPECT_FALSE(Holds(file)) << i;
  }
}

TEST_F(AuditExportTest, ValuesOfAnotherKindAreRefusedByTheirRecord) {
  for (const char* member : {"id", "run", "time", "actor", "type", "salt", "payload_sha256"}) {
    Json file = file_;
    file["records"][2][member] = 7;
    EXPECT_THAT(std::string(ParseAuditExport(file).status().message()),
                HasSubstr(StrCat("record 2: '", member, "' is no text")));
  }
  for (const Json& withheld : {Json(true), Json(false), Json("x"), Json()}) {
    Json file = file_;
    file["records"][2]["withheld"] = withheld;
    EXPECT_FALSE(Holds(file)) << withheld << ": its content is there";
  }
  for (const Json& index : {Json(4.0), Json("4"), Json(true)}) {
    Json file = file_;
    file["records"][2]["index"] = index;
    EXPECT_THAT(base::Message(ParseAuditExport(file).status(), base::Language::kKorean),
                HasSubstr("2번째 기록: "));
  }
}

TEST_F(AuditExportTest, TheFilesOwnKeyIsTheOneThatIsTrusted) {
  AuditExport other = bundle_;
  other.verifier_key = AuditedRun("maru-audit-other").signer().verifier_key();
  EXPECT_THAT(Check(other).reason_en, HasSubstr("names another key"));
  other.verifier_key.clear();
  EXPECT_FALSE(Check(other).ok);
}

TEST_F(AuditExportTest, AnEarlierCheckpointStandsOnceAndInOrder) {
  AuditExport other = bundle_;
  other.earlier.push_back(other.earlier[0]);
  EXPECT_THAT(Check(other).reason_en, HasSubstr("twice or out of order"));
}

TEST_F(AuditExportTest, AChangeOfAnythingInAPayloadIsFound) {
  for (size_t i = 0; i < bundle_.entries.size(); ++i) {
    Json file = file_;
    Json& payload = file["records"][i]["payload"];
    const Json original = payload;
    payload["index"] = i + 1;
    EXPECT_FALSE(Holds(file)) << i;
    payload = original;
    payload["more"] = 1;
    EXPECT_FALSE(Holds(file)) << i;
    for (const auto& [name, value] : original["body"].items()) {
      payload = original;
      payload["body"][name] = "changed";
      EXPECT_FALSE(Holds(file)) << i << " " << name;
      payload["body"].erase(name);
      EXPECT_FALSE(Holds(file)) << i << " " << name;
    }
    for (const Json& other : {Json::object(), Json::array(), Json(""), Json(0), Json(false)}) {
      payload = other;
      EXPECT_FALSE(Holds(file)) << i << " " << other;
    }
  }
}

TEST_F(AuditExportTest, AChangeOfAnyProofIsFound) {
  for (size_t i = 0; i < bundle_.entries.size(); ++i) {
    const Json original = file_["records"][i]["proof"];
    Json file = file_;
    Json& proof = file["records"][i]["proof"];
    for (size_t k = 0; k < original.size(); ++k) {
      proof = original;
      proof[k] = WithAnotherDigit(original[k], 63);
      EXPECT_FALSE(Holds(file)) << i << " " << k;
      proof.erase(k);
      EXPECT_FALSE(Holds(file)) << i << " " << k;
    }
    for (const Json& other :
         {Json(), Json::array(), Json("x"), Json::array({"x"}), Json::array({1}), Json::object()}) {
      proof = other;
      EXPECT_FALSE(Holds(file)) << i << " " << other;
    }
    file = file_;
    for (const Json& index : {Json(0), Json(1), Json(21), Json(-1), Json(1e30), Json(INT64_MIN),
                              Json(UINT64_MAX), Json("0")}) {
      if (file_["records"][i]["index"] == index) continue;
      file["records"][i]["index"] = index;
      EXPECT_FALSE(Holds(file)) << i << " " << index;
    }
  }
}

TEST_F(AuditExportTest, ADroppedRecordIsFoundAndACutFileSaysSo) {
  const size_t last = bundle_.entries.size() - 1;
  for (size_t i = 0; i < last; ++i) {
    AuditExport cut = bundle_;
    cut.entries.erase(cut.entries.begin() + static_cast<std::ptrdiff_t>(i));
    const Verification found = Check(cut);
    EXPECT_FALSE(found.ok) << i;
    EXPECT_EQ(found.first_bad, static_cast<int64_t>(i));
  }
  for (size_t kept = 1; kept <= last; ++kept) {
    AuditExport cut = bundle_;
    cut.entries.resize(kept);
    const Verification found = Check(cut);
    EXPECT_FALSE(found.ended) << kept;
    EXPECT_THAT(found.reason_en, HasSubstr("the run's end is not among them"));
    EXPECT_THAT(found.reason_ko, HasSubstr("실행의 끝은 들어 있지 않습니다"));
  }
  AuditExport empty = bundle_;
  empty.entries.clear();
  EXPECT_FALSE(Check(empty).ok);
}

TEST_F(AuditExportTest, ARecordInsertedAnywhereIsFound) {
  for (size_t i = 0; i <= bundle_.entries.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    const size_t place = std::min(i, bundle_.entries.size() - 1);
    AuditExport forged = bundle_;
    auto entry = bundle_.entries[place];
    entry.record = AuditedRun::Record("new", "run1", {"run.replied", {{"text", "더"}}}, i);
    forged.entries.insert(forged.entries.begin() + at, entry);
    EXPECT_FALSE(Check(forged).ok) << i;
    forged = bundle_;
    forged.entries.insert(forged.entries.begin() + at,
                          bundle_.entries[place]);  // one that stands there already
    EXPECT_FALSE(Check(forged).ok) << i;
  }
}

TEST_F(AuditExportTest, ARecordOfAnotherRunIsFoundThoughItIsInTheLog) {
  AuditExport forged = bundle_;
  forged.run_id = "run2";
  EXPECT_THAT(Check(forged).reason_en, HasSubstr("about another run"));
  forged = bundle_;
  forged.entries[3].record = AuditedRun::Other(3);
  EXPECT_THAT(Check(forged).reason_en, HasSubstr("about another run"));
}

TEST_F(AuditExportTest, RecordsInAnotherOrderAreFound) {
  for (size_t i = 0; i + 1 < bundle_.entries.size(); ++i) {
    AuditExport forged = bundle_;
    std::swap(forged.entries[i], forged.entries[i + 1]);
    EXPECT_FALSE(Check(forged).ok) << i;
  }
}

TEST_F(AuditExportTest, ALogSignedByAnotherKeyHoldsForNobodyWhoHasTheRightOne) {
  AuditedRun forger("maru-audit-forger");
  const AuditExport forged = forger.Export(AuditedRun::Honest());
  EXPECT_FALSE(Check(forged).ok);
  const Verification by_itself = Verify(forged, "");
  EXPECT_TRUE(by_itself.ok);
  EXPECT_THAT(by_itself.reason_en, HasSubstr("by the key that the file itself names"));
  EXPECT_THAT(by_itself.reason_ko, HasSubstr("파일에 적힌 키"));
  EXPECT_FALSE(Verify(bundle_, "nonsense").ok);
}

// An honest run that was decided by the policies built in, with their texts.
AuditExport WithPolicies(AuditedRun& run, const PolicyFiles& files) {
  std::vector<Said> events = AuditedRun::Honest();
  events.back().body["policy_version"] = files.Version();
  AuditExport bundle = run.Export(events);
  bundle.policies = {files};
  return bundle;
}

TEST_F(AuditExportTest, CarriesThePoliciesThatItsRecordsName) {
  const PolicyFiles files = *ReadPolicyFiles("");
  const AuditExport bundle = WithPolicies(run_, files);
  EXPECT_TRUE(PolicyVersions(bundle).contains(files.Version()));
  EXPECT_TRUE(Check(bundle).ok) << Check(bundle).reason_en;
  const Json file = ToJson(bundle);
  EXPECT_TRUE(Holds(file));
  EXPECT_EQ(ToJson(*ParseAuditExport(file)), file);
  EXPECT_EQ(ParseAuditExport(file)->policies.at(0).Version(), files.Version());
}

TEST_F(AuditExportTest, PoliciesThatWereChangedOrAddedAreFound) {
  const Json file = ToJson(WithPolicies(run_, *ReadPolicyFiles("")));
  Json other = file;
  other["policies"][0]["schema"] = "";
  EXPECT_FALSE(Holds(other));
  other = file;
  other["policies"][0]["policies"][0]["text"] = "";
  EXPECT_FALSE(Holds(other));
  other = file;
  other["policies"].push_back(file["policies"][0]);
  EXPECT_FALSE(Holds(other)) << "twice";
  other["policies"] = file["policies"];
  other["policies"][0]["more"] = 1;
  EXPECT_FALSE(Holds(other));
  other = file_;
  other["policies"] = file["policies"];
  EXPECT_FALSE(Holds(other)) << "no record names them";
  for (const Json& shape : {Json(), Json(1), Json("x"), Json::object(), Json::array({1})}) {
    other["policies"] = shape;
    EXPECT_FALSE(Holds(other)) << shape;
  }
}

TEST_F(AuditExportTest, AForkedLogIsFound) {
  AuditExport forked = bundle_;
  ASSERT_EQ(forked.earlier.size(), 1u);
  MerkleTree other;
  for (int i = 0; i < 6; ++i) other.Append(base::Sha256(StrCat(i)));
  forked.earlier[0].checkpoint = *run_.signer().Sign(6, other.Root(6));
  EXPECT_THAT(Check(forked).reason_en, HasSubstr("forked"));
  forked = bundle_;
  forked.earlier[0].proof.pop_back();
  EXPECT_THAT(Check(forked).reason_ko, HasSubstr("갈라졌습니다"));
  forked = bundle_;
  forked.earlier[0].checkpoint = "";
  EXPECT_FALSE(Check(forked).ok);
}

// The record that a file with this edit is said not to hold at; -1: none in particular.
struct Edit {
  const char* name;
  int64_t first_bad;
  std::function<void(Json& records)> apply;
};

void TakeOut(Json& record) {
  record["payload"] = nullptr;
  record["salt"] = "";
}
void TakeOutFrom(Json& records, size_t first) {
  for (size_t i = first; i < records.size(); ++i) TakeOut(records[i]);
}

TEST_F(AuditExportTest, ContentThatWasTakenOutIsFoundAtItsRecord) {
  const Edit edits[] = {
      {"one", 4, [](Json& records) { TakeOut(records[4]); }},
      {"one, its salt kept", 4, [](Json& records) { records[4]["payload"] = nullptr; }},
      {"the last", 10, [](Json& records) { TakeOut(records[10]); }},
      {"all", 0, [](Json& records) { TakeOutFrom(records, 0); }},
      {"an approval removed, all behind it", 6,
       [](Json& records) {
         records.erase(6);
         TakeOutFrom(records, 6);
       }},
      {"many removed, the rest", 3, [](Json& records) {
         for (int i = 0; i < 6; ++i) records.erase(3);
         TakeOutFrom(records, 3);
       }}};
  for (const Edit& edit : edits) {
    Json file = file_;
    edit.apply(file["records"]);
    const Verification found = Check(*ParseAuditExport(file));
    EXPECT_FALSE(found.ok) << edit.name;
    EXPECT_EQ(found.first_bad, edit.first_bad) << edit.name;
    EXPECT_THAT(found.reason_en, HasSubstr("its content was taken out")) << edit.name;
    EXPECT_THAT(found.reason_ko, HasSubstr("내용을 들어낸 기록")) << edit.name;
  }
}

TEST_F(AuditExportTest, ContentThatIsMissingSinceTheLogWasWrittenIsFoundToo) {
  std::vector<AuditRecord> records;
  for (const auto& entry : bundle_.entries) records.push_back(entry.record);
  records[6].payload = nullptr;
  Seal(records[6], std::string(32, 'x'));
  EXPECT_EQ(Check(run_.Export(records)).first_bad, 6);
}

TEST_F(AuditExportTest, WithheldContentIsNotVerified) {
  AuditExport withheld = bundle_;
  withheld.entries[5].withheld = true;
  withheld.entries[5].record.payload = nullptr;
  withheld.entries[5].record.salt.clear();
  const Json file = ToJson(withheld);
  EXPECT_EQ(file["records"][5]["withheld"], true);
  const Verification found = Check(*ParseAuditExport(file));
  EXPECT_FALSE(found.ok);
  EXPECT_EQ(found.first_bad, 5);
  EXPECT_THAT(found.reason_en, HasSubstr("above the clearance"));
  EXPECT_THAT(found.reason_ko, HasSubstr("열람 등급"));
}

TEST_F(AuditExportTest, MembersThatNoCheckLooksAtAreRefused) {
  for (const char* path : {"", "/records/3", "/earlier/0"}) {
    const Json::json_pointer at(path);
    Json file = file_;
    file[at]["note"] = "x";
    EXPECT_THAT(std::string(ParseAuditExport(file).status().message()), HasSubstr("'note'"));
    for (const auto& [name, value] : file_[at].items()) {
      file = file_;
      file[at].erase(name);
      EXPECT_FALSE(ParseAuditExport(file).ok()) << path << " " << name;
    }
  }
}

TEST_F(AuditExportTest, AKeyThatStandsTwiceIsRefusedWhereverItIs) {
  const std::string text = base::DumpJson(file_);
  EXPECT_TRUE(ReadAuditExport(text, "file").ok());
  for (const char* key : {"\"run\":", "\"payload\":", "\"time\":", "\"body\":", "\"proof\":"}) {
    for (size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
      std::string twice = text;
      twice.insert(at, StrCat(key, "{},"));
      const auto bundle = ReadAuditExport(twice, "file");
      EXPECT_THAT(std::string(bundle.status().message()), HasSubstr("stands twice")) << key;
    }
  }
  EXPECT_FALSE(ReadAuditExport(text.substr(0, 100), "file").ok());
}

TEST_F(AuditExportTest, AFileOfAnyOtherShapeIsRefusedWithoutHarm) {
  const std::string text = base::DumpJson(file_);
  EXPECT_FALSE(base::ParseJson(text + "garbage", "export").ok());
  EXPECT_FALSE(base::ParseJson(text.substr(0, text.size() / 2), "export").ok());
  for (const char* member : {"format", "run", "checkpoint", "records"}) {
    for (const Json& other : {Json(), Json(7), Json("x"), Json::array({1}), Json::object()}) {
      Json file = file_;
      file[member] = other;
      EXPECT_FALSE(Holds(file)) << member << " " << other;
    }
  }
  for (const Json& other : {Json(7), Json::array({1}), Json::array({Json::object()})}) {
    Json file = file_;
    file["earlier"] = other;
    EXPECT_FALSE(Holds(file)) << other;
  }
  for (const Json& other : {Json(), Json(1), Json("x"), Json::array()})
    EXPECT_FALSE(ParseAuditExport(other).ok());
}

}  // namespace
}  // namespace policies
