// Positions and labels that were made to be trouble.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/defense/cot.h"
#include "connectors/defense/track_store.h"
#include "connectors/defense/xml_signature.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::StrCat;
using testing::HasSubstr;

std::string Event(const std::string& uid, const std::string& lat, const std::string& remarks = "") {
  return StrCat("<event uid='", uid,
                "' type='a-f-S' time='2026-11-24T01:00:00Z' stale='2026-11-24T02:00:00Z'>"
                "<point lat='",
                lat, "' lon='127'/><detail><remarks>", remarks, "</remarks></detail></event>");
}

std::string Repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(CotGarbage, IsNoTrack) {
  ASSERT_TRUE(ParseEvent(Event("u", "35")));
  for (const std::string& event :
       {std::string(), std::string("<"), std::string("<event"), std::string("\0\xff<event/>", 10),
        std::string("<event/>"), Event("", "35"), Event("u", "nan"), Event("u", "inf"),
        Event("u", "91"), Event("u", "x"), StrCat("<!DOCTYPE a [<!ENTITY a 'a'>]>", "<event/>"),
        Repeated("<event>", 2'000) + Repeated("</event>", 2'000)}) {
    EXPECT_FALSE(ParseEvent(event)) << event.substr(0, 60);
  }
}

TEST(CotGarbage, AnEventThatIsTooLongIsNotKept) {
  EXPECT_TRUE(ParseEvent(Event("u", "35", std::string(kEventMax / 2, 'x'))));
  EXPECT_FALSE(ParseEvent(Event("u", "35", std::string(kEventMax, 'x'))));
}

TEST(TrackStore, KeepsSoManyTracksAndSaysOnceThatThereAreMore) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const auto track = [](int number, absl::Time at) {
    Track made;
    made.uid = StrCat("u", number);
    made.at = at;
    return made;
  };
  TrackStore store;
  const int full = TrackStore::kTracksMax;
  for (int i = 0; i < full; ++i) EXPECT_TRUE(store.Keep(track(i, now), now));
  EXPECT_TRUE(store.whole());
  EXPECT_FALSE(store.Keep(track(full, now), now));
  EXPECT_TRUE(store.Keep(track(full + 1, now), now)) << "it was said";
  EXPECT_FALSE(store.whole());
  EXPECT_EQ(store.All(now).size(), TrackStore::kTracksMax);
  const absl::Time later = now + absl::Hours(25);
  EXPECT_TRUE(store.All(later).empty());
  EXPECT_TRUE(store.Keep(track(full, later), later));
  EXPECT_TRUE(store.whole());
}

TEST(TrackStore, AClockThatIsAheadKeepsNoTrueEventOut) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  TrackStore store;
  Track track;
  track.uid = "u";
  track.at = now + absl::Hours(24 * 7168);  // a week counter that began anew
  EXPECT_TRUE(store.Keep(track, now)) << "no track is left out for want of room";
  EXPECT_TRUE(store.All(now).empty());
  track.at = now;
  EXPECT_TRUE(store.Keep(track, now));
  ASSERT_EQ(store.All(now).size(), 1u);
  EXPECT_EQ(store.All(now)[0].at, now);
}

TEST(TrackStore, AClockThatIsHoursAheadGivesWayToTheNextTrueEvent) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  TrackStore store;
  Track track;
  track.uid = "u";
  track.at = now + absl::Hours(23);
  track.callsign = "ahead";
  store.Keep(track, now);
  track.at = now;
  track.callsign = "true";
  store.Keep(track, now);
  EXPECT_EQ(store.All(now).at(0).callsign, "true");
}

TEST(TrackStore, AnOlderEventReplacesNoNewerOne) {
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  TrackStore store;
  Track track;
  track.uid = "u";
  track.at = now;
  track.callsign = "new";
  store.Keep(track, now);
  track.at = now - absl::Minutes(1);
  track.callsign = "old";
  store.Keep(track, now);
  EXPECT_EQ(store.All(now).at(0).callsign, "new");
}

TEST(LabelGarbage, IsABindingThatDoesNotHold) {
  for (const std::string& binding :
       {std::string(), std::string("<"), std::string("no xml"), std::string("\0\xff", 2),
        std::string("<a/>"), Repeated("<a>", 100'000) + Repeated("</a>", 100'000),
        std::string("<!DOCTYPE a [<!ENTITY b 'b'><!ENTITY c '&b;&b;'>]><a>&c;</a>"),
        StrCat("<a>", std::string(4 << 20, 'x'), "</a>"),
        std::string("<a xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:Signature/></a>")}) {
    const absl::Status held = VerifyXml(binding, "/nonexistent/certificate.pem");
    EXPECT_FALSE(held.ok()) << binding.substr(0, 60);
  }
  EXPECT_THAT(std::string(VerifyXml("<a/>", "").message()), HasSubstr("no signature"));
}

}  // namespace
}  // namespace connectors::defense
