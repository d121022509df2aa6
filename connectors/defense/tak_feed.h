// TakFeed: listens to a TAK server and keeps the newest event of each track. Sends pings only: a
// server that answers none and tells nothing is not connected, though its port takes connections.
//
// Thread-safe. One thread, from the first call on; it connects again by itself, with the TLS files
// as they then are.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/defense.h"
#include "connectors/defense/track_store.h"
#include "connectors/tool_kit.h"

struct bio_st;  // OpenSSL's BIO

namespace connectors::defense {

inline constexpr std::string_view kTakSystem = "defense.tak";

// Why a connection ended, in words.
struct TakEnding {
  std::string english, korean;
  bool silent = false;  // the server said nothing, and it was we who left
};

class TakFeed {
 public:
  TakFeed(TakOptions options, base::Clock& clock) : options_(std::move(options)), clock_(clock) {}
  ~TakFeed();
  TakFeed(const TakFeed&) = delete;
  TakFeed& operator=(const TakFeed&) = delete;

  struct Picture {
    std::vector<Track> tracks;  // by uid
    bool whole;                 // false: there are more than are kept
  };
  // The tracks known, once the feed has listened for a while. unreachable: no connection or no
  // event in time, or lost while listening. auth: a certificate that one side refuses.
  Fallible<Picture> Tracks(const tools::CallContext& context);
  std::optional<tools::ToolError> Probe(const tools::CallContext& context);

 private:
  void Run();
  tools::ToolError Listen();
  TakEnding Read(bio_st* bio);
  bool Stopped();
  void Heard();
  void Keep(const std::string& event);
  void Ended(tools::ToolError failure);
  std::string Peer() const;
  std::optional<tools::ToolError> WaitUntilConnected(std::unique_lock<std::mutex>& lock,
                                                     const tools::CallContext& context);

  const TakOptions options_;
  base::Clock& clock_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool stop_ = false;
  bool connected_ = false;  // the server has spoken, and not fallen silent since
  absl::Time connected_since_;
  tools::ToolError failure_;  // of the last connection
  int attempts_ = 0;          // connections that have ended
  int waiting_ = 0;           // calls that wait for a connection
  TrackStore tracks_;
  std::thread thread_;
};

struct Area {
  double south = 0, west = 0, north = 0, east = 0;
};
// {"areas":[{"name":"가람만","south":…,"west":…,"north":…,"east":…}]}; errors as
// base::ReadFile, InvalidArgument names the entry that is no area.
absl::StatusOr<std::map<std::string, Area>> LoadAreas(const std::string& path);

tools::ToolOutcome FindTracks(TakFeed& feed, const std::map<std::string, Area>& areas,
                              base::Clock& clock, const tools::ToolCall& call,
                              const tools::CallContext& context);

}  // namespace connectors::defense
