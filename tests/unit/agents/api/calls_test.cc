// What holds for every call: who it is of, what it may not be, and where the server listens.
#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpcpp/generic/generic_stub.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "maru/v1/admin.grpc.pb.h"
#include "model_core/base/strings.h"
#include "tests/fakes/faulty_store.h"
#include "tests/unit/agents/api/client.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;
namespace fs = std::filesystem;
using base::StrCat;
using grpc::StatusCode;

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

const As kKim{"kim.legal"};

// How often `what` stands in `text`.
int Times(const std::string& text, const std::string& what) {
  int times = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++times;
  return times;
}

GrpcOptions At(std::string listen) {
  GrpcOptions options;
  options.listen = std::move(listen);
  return options;
}

grpc::Status WhoAmI(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                    std::string& id) {
  maru::v1::Principal me;
  const grpc::Status status =
      maru::v1::PrincipalService::NewStub(channel)->WhoAmI(&context, {}, &me);
  id = me.id();
  return status;
}

grpc::Status GetTask(const std::string& id, const As& as = kKim) {
  a2a::GetTaskRequest request;
  request.set_id(id);
  a2a::Task task;
  return a2a::A2AService::NewStub(Channel())->GetTask(Context(as).get(), request, &task);
}

TEST(Credential, IsNeededForEveryServiceAndSaidInTheCallersLanguage) {
  const grpc::Status anonymous = GetTask("x", {""});
  EXPECT_EQ(anonymous.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ErrorInfoOf(anonymous).reason(), "CREDENTIAL_INVALID");
  EXPECT_EQ(ErrorInfoOf(anonymous).domain(), "maru");
  const grpc::Status korean = GetTask("x", {"", "ko"});
  EXPECT_NE(korean.error_message(), anonymous.error_message());
  EXPECT_EQ(DetailOf<google::rpc::LocalizedMessage>(korean).locale(), "ko");
  EXPECT_EQ(GetTask("x", {"nobody"}).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST(Credential, IsABearerCredentialInAnyCase) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", StrCat("bEARER ", fakes::CredentialOf("kim.legal")));
  std::string id;
  EXPECT_TRUE(WhoAmI(Channel(), context, id).ok());
  EXPECT_EQ(id, "kim.legal");
  grpc::ClientContext basic;
  basic.AddMetadata("authorization", StrCat("Basic ", fakes::CredentialOf("kim.legal")));
  EXPECT_EQ(WhoAmI(Channel(), basic, id).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST(Credential, ThatIsRefusedIsToldInTheLogWithoutWhatWasSent) {
  testing::internal::CaptureStderr();
  GetTask("x", {"nobody"});
  GetTask("x", {""});
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log,
              ContainsRegex("warning login.failed peer=ipv4:127.0.0.1:[0-9]+ principal= why="));
  EXPECT_EQ(Times(log, "login.failed"), 2) << log;
  EXPECT_THAT(log, Not(HasSubstr(fakes::CredentialOf("nobody"))));
}

TEST(Credential, OfSomebodyDisabledIsToldInTheLogByName) {
  RunStore& store = Platform().store();
  PrincipalRecord record = *store.GetPrincipal("bae.process");
  record.active = false;
  ASSERT_TRUE(store.PutPrincipal(record).ok());
  testing::internal::CaptureStderr();
  EXPECT_EQ(GetTask("x", {"bae.process"}).error_code(), StatusCode::UNAUTHENTICATED);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("principal=bae.process why=the principal is disabled"));
  record.active = true;
  ASSERT_TRUE(store.PutPrincipal(record).ok());
}

TEST(LibraryMessages, AreEventsOfTheLog) {
  Server();
  testing::internal::CaptureStderr();
  gpr_log("/src/core/a_socket.cc", 7, GPR_LOG_SEVERITY_ERROR, "went %s\naway", "far");
  GOOGLE_LOG(WARNING) << "a field is odd";
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("warning library.message library=grpc severity=error "
                             "file=a_socket.cc line=7 message=\"went far\\naway\""));
  EXPECT_THAT(log, ContainsRegex("warning library.message library=protobuf severity=warning "
                                 "file=calls_test.cc line=[0-9]+ message=a field is odd"));
  EXPECT_EQ(Times(log, "\n"), 2) << log;
}

TEST(Request, OverOneMebibyteIsRefusedWithTheLimit) {
  a2a::SendMessageResponse response;
  const auto stub = a2a::A2AService::NewStub(Channel());
  for (const size_t bytes : {size_t{1} << 20, size_t{5} << 20}) {
    const grpc::Status status =
        stub->SendMessage(Context(kKim).get(), MessageOf(std::string(bytes, 'a')), &response);
    EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED) << bytes;
    const bool names_limit = status.error_message().find("1048576") != std::string::npos ||
                             status.error_message().find("2097152") != std::string::npos;
    EXPECT_TRUE(names_limit) << status.error_message();
  }
}

TEST(Request, ForAnIdOfAnyLengthIsAnsweredInWords) {
  const grpc::Status status = GetTask(std::string(20'000, 'a'));
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND) << status.error_message();
  EXPECT_EQ(ErrorInfoOf(status).reason(), "TASK_NOT_FOUND");
}

TEST(Request, WithANulByteIsRefusedByField) {
  const grpc::Status status = GetTask(std::string("a\0b", 3));
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(status).field_violations(0).field(), "id");
}

// Sends `bytes` as the request of an A2A method, whatever they are.
grpc::Status SendBytes(const std::string& bytes, const std::string& method = "GetTask") {
  grpc::GenericStub stub(Channel());
  const auto context = Context(kKim);
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1), response;
  grpc::CompletionQueue queue;
  const auto call =
      stub.PrepareUnaryCall(context.get(), "/lf.a2a.v1.A2AService/" + method, request, &queue);
  grpc::Status status;
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag;
  bool ok;
  queue.Next(&tag, &ok);
  return status;
}

TEST(Request, WithBytesThatAreNoMessageIsRefusedInWords) {
  for (const std::string& bytes :
       {std::string("\x12\x03\xff\xfe\xfd"), std::string("\x12\xff\xff"), std::string("\xff")}) {
    const grpc::Status status = SendBytes(bytes);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_EQ(ErrorInfoOf(status).reason(), "REQUEST_UNREADABLE");
    EXPECT_NE(status.error_message().find("UTF-8"), std::string::npos);
  }
  EXPECT_EQ(SendBytes(std::string("\x12\x01x")).error_code(),
            StatusCode::NOT_FOUND);  // a good one, for comparison
}

TEST(Request, OfAnUnknownMethodIsUnimplemented) {
  EXPECT_EQ(SendBytes("", "Nothing").error_code(), StatusCode::UNIMPLEMENTED);
}

TEST(Deadline, EndsABlockingCallAndTheRunGoesOn) {
  a2a::SendMessageRequest request = MessageOf(fakes::kSlowRequest);
  a2a::SendMessageResponse response;
  const auto stub = a2a::A2AService::NewStub(Channel());
  As hasty = kKim;
  hasty.timeout = absl::Milliseconds(300);
  const grpc::Status status = stub->SendMessage(Context(hasty).get(), request, &response);
  EXPECT_TRUE(status.ok() || status.error_code() == StatusCode::DEADLINE_EXCEEDED)
      << status.error_message();
  ASSERT_TRUE(stub->SendMessage(Context(kKim).get(), request, &response)
                  .ok());  // the same message: the same run
  EXPECT_EQ(response.task().status().state(), a2a::TASK_STATE_COMPLETED);
}

TEST(Health, IsToldToThisMachineWithoutACredential) {
  const auto stub = grpc::health::v1::Health::NewStub(Channel());
  grpc::health::v1::HealthCheckRequest request;
  grpc::health::v1::HealthCheckResponse response;
  for (const char* service : {"", "lf.a2a.v1.A2AService", "maru.v1.RunService"}) {
    request.set_service(service);
    ASSERT_TRUE(stub->Check(Context({""}).get(), request, &response).ok()) << service;
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  }
  request.set_service("no.Service");
  EXPECT_EQ(stub->Check(Context({""}).get(), request, &response).error_code(),
            StatusCode::NOT_FOUND);
}

// Asked whether it answers, it first lets `meanwhile` happen, once.
class InterruptedStore : public fakes::FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  absl::StatusOr<bool> HasCredential(const std::string& principal) override {
    if (const auto happens = std::exchange(meanwhile, nullptr)) happens();
    return FaultyStore::HasCredential(principal);
  }
  std::function<void()> meanwhile;
};

ApiContext InFrontOf(RunStore& store) {
  const ApiContext real = Platform().context();
  return {real.runs, store, real.planner, real.authorizer, real.registry, real.clock};
}

// However the stop falls: while the watch waits, or between two questions of one round.
TEST(Health, TurnsToNotServingForWatchersWhenTheServerStops) {
  for (const bool while_it_looks : {false, true}) {
    InterruptedStore store(Platform().store());
    auto server = StartGrpcServer(InFrontOf(store), At("127.0.0.1:0"));
    ASSERT_TRUE(server.ok()) << server.status();
    std::thread stopper;
    const auto stop = [&] {
      stopper = std::thread([&] { (*server)->Shutdown(absl::Now() + absl::Seconds(10)); });
      absl::SleepFor(absl::Milliseconds(50));
    };
    if (while_it_looks) store.meanwhile = stop;
    const auto channel = grpc::CreateChannel(StrCat("127.0.0.1:", (*server)->port()),
                                             grpc::InsecureChannelCredentials());
    const auto context = Context({""});
    const auto reader = grpc::health::v1::Health::NewStub(channel)->Watch(context.get(), {});
    grpc::health::v1::HealthCheckResponse response;
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
    if (!while_it_looks) stop();
    EXPECT_TRUE(reader->Read(&response));
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
    EXPECT_EQ(reader->Finish().error_code(), StatusCode::UNAVAILABLE);
    stopper.join();
  }
}

// At a server whose store is in front of the real one.
TEST(Health, IsNotServingWhileTheStoreIsAwayAndServingAgainAfter) {
  using Response = grpc::health::v1::HealthCheckResponse;
  fakes::FaultyStore store(Platform().store());
  auto server = StartGrpcServer(InFrontOf(store), At("127.0.0.1:0"));
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = grpc::health::v1::Health::NewStub(grpc::CreateChannel(
      StrCat("127.0.0.1:", (*server)->port()), grpc::InsecureChannelCredentials()));
  const auto watching = Context({""});
  const auto watch = stub->Watch(watching.get(), {});
  Response told;
  ASSERT_TRUE(watch->Read(&told));
  EXPECT_EQ(told.status(), Response::SERVING);
  for (const bool away : {true, false}) {
    away ? store.Die() : store.Revive();
    ASSERT_TRUE(watch->Read(&told)) << "it is told without being asked again";
    const auto expected = away ? Response::NOT_SERVING : Response::SERVING;
    EXPECT_EQ(told.status(), expected);
    Response asked;
    ASSERT_TRUE(stub->Check(Context({""}).get(), {}, &asked).ok());
    EXPECT_EQ(asked.status(), expected);
  }
  watching->TryCancel();
}

// Names of the services that reflection lists.
template <typename Service, typename Request, typename Response>
grpc::Status Reflect(const As& as, std::vector<std::string>& services, int& files) {
  const auto context = Context(as);
  const auto stream = Service::NewStub(Channel())->ServerReflectionInfo(context.get());
  Request request;
  Response response;
  request.set_list_services("*");
  stream->Write(request);
  if (stream->Read(&response)) {
    for (const auto& service : response.list_services_response().service())
      services.push_back(service.name());
  }
  request.set_file_containing_symbol("lf.a2a.v1.A2AService");
  stream->Write(request);
  if (stream->Read(&response))
    files = response.file_descriptor_response().file_descriptor_proto_size();
  stream->WritesDone();
  return stream->Finish();
}

TEST(Reflection, TellsServicesAndFilesInBothVersionsToWhomeverHasACredential) {
  namespace v1 = grpc::reflection::v1;
  namespace v1alpha = grpc::reflection::v1alpha;
  const auto newest =
      Reflect<v1::ServerReflection, v1::ServerReflectionRequest, v1::ServerReflectionResponse>;
  const auto older = Reflect<v1alpha::ServerReflection, v1alpha::ServerReflectionRequest,
                             v1alpha::ServerReflectionResponse>;
  for (const auto& reflect : {+newest, +older}) {
    std::vector<std::string> services;
    int files = 0;
    ASSERT_TRUE(reflect(kKim, services, files).ok());
    EXPECT_EQ(services.size(), 11u);
    EXPECT_GT(files, 3);
    EXPECT_EQ(reflect({""}, services, files).error_code(), StatusCode::UNAUTHENTICATED);
  }
}

absl::Status StartError(const GrpcOptions& options) {
  return StartGrpcServer(Platform().context(), options).status();
}

TEST(Listen, OnATakenPortIsAlreadyExists) {
  const absl::Status status = StartError(At(StrCat("127.0.0.1:", Server().port())));
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_NE(status.message().find(std::to_string(Server().port())), std::string::npos);
}

TEST(Listen, BeyondThisMachineWithoutTlsIsRefused) {
  for (const char* listen : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "127.example.com:0"}) {
    const absl::Status status = StartError(At(listen));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_NE(status.message().find("TLS"), std::string::npos) << status;
  }
}

TEST(Listen, OnNoAddressIsRefused) {
  for (const char* listen :
       {"", "7420", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "unix:/tmp/s"}) {
    EXPECT_EQ(StartError(At(listen)).code(), absl::StatusCode::kInvalidArgument) << listen;
  }
}

// Keys and certificates of a test: an authority, a server "localhost", a client "kim.legal", a
// stranger.
class Tls : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "maru-tls-XXXXXX").string();
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
    Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca "
        "-keyout ca.key -out ca.pem");
    for (const char* name : {"localhost", "kim.legal", "stranger"}) {
      Run(StrCat("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=", name,
                 " -keyout ", name, ".key -out ", name,
                 ".csr && printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > san && "
                 "openssl x509 -req -in ",
                 name,
                 ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san "
                 "-out ",
                 name, ".pem"));
    }
  }
  void TearDown() override { fs::remove_all(directory_); }

  void Run(const std::string& command) {
    ASSERT_EQ(
        std::system(StrCat("cd ", directory_, " && { ", command, " ; } >/dev/null 2>&1").c_str()),
        0)
        << command;
  }
  std::string Path(const std::string& name) { return StrCat(directory_, "/", name); }
  std::string Read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(Path(name)).rdbuf();
    return text.str();
  }
  GrpcOptions Options(bool mutual) {
    GrpcOptions options;
    options.listen = "0.0.0.0:0";
    options.tls_certificate = Path("localhost.pem");
    options.tls_key = Path("localhost.key");
    if (mutual) options.tls_client_ca = Path("ca.pem");
    return options;
  }
  std::shared_ptr<grpc::Channel> Secure(int port, const std::string& client) {
    grpc::SslCredentialsOptions options{Read("ca.pem"), "", ""};
    if (!client.empty()) options = {Read("ca.pem"), Read(client + ".key"), Read(client + ".pem")};
    return grpc::CreateChannel(StrCat("127.0.0.1:", port), grpc::SslCredentials(options));
  }

  std::string directory_;
};

TEST_F(Tls, ServesBeyondThisMachineWithACredential) {
  auto server = StartGrpcServer(Platform().context(), Options(false));
  ASSERT_TRUE(server.ok()) << server.status();
  const auto channel = Secure((*server)->port(), "");
  std::string id;
  EXPECT_TRUE(WhoAmI(channel, *Context(kKim), id).ok());
  EXPECT_EQ(id, "kim.legal");
  EXPECT_EQ(WhoAmI(channel, *Context({""}), id).error_code(), StatusCode::UNAUTHENTICATED);
}

TEST_F(Tls, KnowsACallerByTheCertificate) {
  auto server = StartGrpcServer(Platform().context(), Options(true));
  ASSERT_TRUE(server.ok()) << server.status();
  std::string id;
  EXPECT_TRUE(WhoAmI(Secure((*server)->port(), "kim.legal"), *Context({""}), id).ok());
  EXPECT_EQ(id, "kim.legal");
  EXPECT_EQ(WhoAmI(Secure((*server)->port(), "stranger"), *Context({""}), id).error_code(),
            StatusCode::UNAUTHENTICATED);
  As brief{""};
  brief.timeout = absl::Seconds(3);
  EXPECT_FALSE(WhoAmI(Secure((*server)->port(), ""), *Context(brief), id).ok())
      << "no certificate, no connection";
}

// The names of the schemes of each alternative.
std::vector<std::set<std::string>> Alternatives(const a2a::AgentCard& card) {
  std::vector<std::set<std::string>> alternatives;
  for (const auto& requirement : card.security_requirements()) {
    auto& names = alternatives.emplace_back();
    for (const auto& [name, scopes] : requirement.schemes()) names.insert(name);
  }
  return alternatives;
}

TEST_F(Tls, TheCardSaysWhatAConnectionNeeds) {
  const std::set<std::string> bearer{"bearer"}, certificate{"certificate"},
      both{"bearer", "certificate"};
  const std::vector<std::set<std::string>> needs{bearer}, needs_mutual{certificate, both};
  for (const bool mutual : {false, true}) {
    GrpcOptions options = Options(mutual);
    options.public_url = "maru.example:7420";
    auto server = StartGrpcServer(Platform().context(), options);
    ASSERT_TRUE(server.ok()) << server.status();
    const auto stub =
        a2a::A2AService::NewStub(Secure((*server)->port(), mutual ? "kim.legal" : ""));
    a2a::AgentCard card;
    const grpc::Status status =
        stub->GetExtendedAgentCard(Context(mutual ? As{""} : kKim).get(), {}, &card);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(card.supported_interfaces(0).url(), "maru.example:7420");
    EXPECT_EQ(card.security_schemes().at("bearer").http_auth_security_scheme().scheme(), "Bearer");
    EXPECT_EQ(card.security_schemes().contains("certificate"), mutual);
    EXPECT_EQ(Alternatives(card), mutual ? needs_mutual : needs);
    if (!mutual) continue;
    EXPECT_TRUE(card.security_schemes().at("certificate").has_mtls_security_scheme());
  }
}

TEST_F(Tls, RefusesHalfAKeyPairAndFilesThatAreNone) {
  GrpcOptions half = Options(false);
  half.tls_key.clear();
  EXPECT_EQ(StartError(half).code(), absl::StatusCode::kInvalidArgument);
  GrpcOptions missing = Options(false);
  missing.tls_key = Path("none");
  EXPECT_NE(StartError(missing).message().find(Path("none")), std::string::npos);
  GrpcOptions wrong = Options(false);
  wrong.tls_key = Path("kim.legal.key");
  EXPECT_EQ(StartError(wrong).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace agents
