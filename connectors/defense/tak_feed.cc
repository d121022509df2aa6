#include "connectors/defense/tak_feed.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <memory>

#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::StrCat;

constexpr int kPollMs = 200;
constexpr absl::Duration kPatience =
    absl::Seconds(5);  // for a connection, within the call's deadline
constexpr absl::Duration kPicture =
    absl::Seconds(3);  // how long a new connection listens before it answers
constexpr absl::Duration kForget = absl::Hours(24);  // tracks older than this are dropped
constexpr size_t kStreamMax = 4 << 20, kTracksMax = 50'000;
constexpr auto kRetry = std::chrono::seconds(2);

struct Deleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, Deleter>;
using TlsContext = std::unique_ptr<SSL_CTX, Deleter>;

TlsContext MakeTls(const TakOptions& options) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(context.get(), options.ca_file.c_str(), nullptr) != 1)
    return nullptr;
  const char* own = options.client_certificate.c_str();
  const bool whole = options.client_certificate.empty() ||
                     (SSL_CTX_use_certificate_chain_file(context.get(), own) == 1 &&
                      SSL_CTX_use_PrivateKey_file(context.get(), own, SSL_FILETYPE_PEM) == 1);
  return whole ? std::move(context) : nullptr;
}

Bio MakeBio(const TakOptions& options, SSL_CTX* tls) {
  Bio bio(tls != nullptr ? BIO_new_ssl_connect(tls) : BIO_new(BIO_s_connect()));
  BIO_set_conn_hostname(bio.get(), StrCat(options.host, ":", options.port).c_str());
  if (tls != nullptr) {
    SSL* ssl = nullptr;
    BIO_get_ssl(bio.get(), &ssl);
    SSL_set1_host(ssl, options.host.c_str());
  }
  BIO_set_nbio(bio.get(), 1);
  return bio;
}

// Waits a moment for the socket.
void Wait(BIO* bio) {
  int socket = -1;
  BIO_get_fd(bio, &socket);
  pollfd entry{socket, static_cast<short>(BIO_should_write(bio) ? POLLOUT : POLLIN), 0};
  poll(&entry, socket >= 0 ? 1 : 0, kPollMs);
}

std::string TlsFailure() {
  const unsigned long code = ERR_get_error();
  return code == 0                                  ? "no connection"
         : ERR_reason_error_string(code) == nullptr ? "tls error"
                                                    : ERR_reason_error_string(code);
}

}  // namespace

TakFeed::~TakFeed() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TakFeed::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    Listen();
    lock.lock();
    connected_ = false;
    changed_.notify_all();
    changed_.wait_for(lock, kRetry, [this] { return stop_; });
  }
}

// One connection, from its making to its end.
void TakFeed::Listen() {
  const TlsContext tls = options_.ca_file.empty() ? nullptr : MakeTls(options_);
  std::string failure = "the certificate files cannot be used";
  if (options_.ca_file.empty() || tls != nullptr) {
    const Bio bio = MakeBio(options_, tls.get());
    failure = Read(bio.get());
  }
  const std::lock_guard lock(mutex_);
  if (stop_) return;
  failure_ = failure;
  base::LogWarning("tak.disconnected", {{"host", options_.host}, {"why", failure}});
}

// Reads until the connection ends or the feed stops; returns why.
std::string TakFeed::Read(bio_st* bio) {
  std::string stream;
  std::vector<char> bytes(16'384);
  for (bool connected = false; GoesOn(connected);) {
    connected = connected || BIO_do_connect(bio) == 1;
    const int size = connected ? BIO_read(bio, bytes.data(), static_cast<int>(bytes.size())) : -1;
    if (size <= 0) {
      if (!BIO_should_retry(bio)) return TlsFailure();
      Wait(bio);
      continue;
    }
    stream.append(bytes.data(), static_cast<size_t>(size));
    for (const std::string& event : TakeEvents(stream)) Keep(event);
    if (stream.size() > kStreamMax) return "an event that does not end";
  }
  return "stopped";
}

// Notes whether there is a connection; false: the feed stops.
bool TakFeed::GoesOn(bool connected) {
  const std::lock_guard lock(mutex_);
  if (connected && !connected_) {
    connected_ = true;
    connected_since_ = clock_.Now();
    changed_.notify_all();
  }
  return !stop_;
}

void TakFeed::Keep(const std::string& event) {
  auto track = ParseEvent(event);
  if (!track) return;
  const std::lock_guard lock(mutex_);
  const absl::Time now = clock_.Now();
  std::erase_if(tracks_, [now](const auto& entry) { return now - entry.second.at > kForget; });
  const auto known = tracks_.find(track->uid);
  const bool newer =
      known == tracks_.end() ? tracks_.size() < kTracksMax : track->at >= known->second.at;
  if (newer) tracks_[track->uid] = *std::move(track);
}

std::optional<tools::ToolError> TakFeed::WaitUntilConnected(std::unique_lock<std::mutex>& lock,
                                                            const tools::CallContext& context) {
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  const absl::Duration left = std::min(context.deadline - absl::Now(), kPatience);
  if (changed_.wait_for(lock, absl::ToChronoMilliseconds(left), [this] { return connected_; }))
    return std::nullopt;
  return tools::MakeToolError("unreachable",
                              StrCat("tak ", options_.host, ":", options_.port, ": ", failure_),
                              "TAK 서버에 연결할 수 없습니다");
}

Fallible<std::vector<Track>> TakFeed::Tracks(const tools::CallContext& context) {
  std::unique_lock lock(mutex_);
  if (auto error = WaitUntilConnected(lock, context)) return *error;
  const absl::Duration young = kPicture - (clock_.Now() - connected_since_);
  const absl::Duration wait =
      std::min(young, context.deadline - absl::Now() - absl::Milliseconds(100));
  if (wait > absl::ZeroDuration())
    changed_.wait_for(lock, absl::ToChronoMilliseconds(wait), [this] { return stop_; });
  std::vector<Track> out;
  for (const auto& [uid, track] : tracks_) out.push_back(track);
  return out;
}

std::optional<tools::ToolError> TakFeed::Probe(const tools::CallContext& context) {
  std::unique_lock lock(mutex_);
  return WaitUntilConnected(lock, context);
}

}  // namespace connectors::defense
