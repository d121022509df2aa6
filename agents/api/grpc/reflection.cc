#include "agents/api/grpc/reflection.h"

#include <google/protobuf/descriptor.pb.h>

#include <set>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace agents {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// The file and everything it imports, each once.
template <typename Response>
void AddFile(const FileDescriptor* file, std::set<const FileDescriptor*>& seen, Response& out) {
  if (!seen.insert(file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  out.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) AddFile(file->dependency(i), seen, out);
}

const FileDescriptor* FileOf(const FieldDescriptor* extension) {
  return extension == nullptr ? nullptr : extension->file();
}

// The file that a request names in one of its three ways; null if there is none.
template <typename Request>
const FileDescriptor* FileFor(const Request& request) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      return pool.FindFileByName(request.file_by_filename());
    case Request::kFileContainingSymbol:
      return pool.FindFileContainingSymbol(request.file_containing_symbol());
    case Request::kFileContainingExtension: {
      const auto& wanted = request.file_containing_extension();
      const auto* type = pool.FindMessageTypeByName(wanted.containing_type());
      return type == nullptr ? nullptr
                             : FileOf(pool.FindExtensionByNumber(type, wanted.extension_number()));
    }
    default:
      return nullptr;
  }
}

template <typename Response>
void SetError(grpc::StatusCode code, const char* message, Response& response) {
  response.mutable_error_response()->set_error_code(code);
  response.mutable_error_response()->set_error_message(message);
}

template <typename Request, typename Response>
void AddExtensionNumbers(const Request& request, Response& response) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  const auto* type = pool.FindMessageTypeByName(request.all_extension_numbers_of_type());
  if (type == nullptr) return SetError(grpc::StatusCode::NOT_FOUND, "type not found", response);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(type, &extensions);
  auto& numbers = *response.mutable_all_extension_numbers_response();
  numbers.set_base_type_name(type->full_name());
  for (const FieldDescriptor* extension : extensions)
    numbers.add_extension_number(extension->number());
}

// The two versions differ in nothing but their package.
template <typename Base, typename Request, typename Response>
class Reflection : public Base {
 public:
  Reflection(const Api& api, Watches& watches, std::vector<std::string> names)
      : api_(api), watches_(watches), names_(std::move(names)) {}

  grpc::Status ServerReflectionInfo(grpc::ServerContext* context,
                                    grpc::ServerReaderWriter<Response, Request>* stream) override {
    return Serve(api_, context, Request(), [&](const Caller& caller) -> absl::Status {
      ASSIGN_OR_RETURN(const Watches::Slot slot, watches_.Take(caller.id()));
      for (Request request; stream->Read(&request);) {
        RETURN_IF_ERROR(CheckRequest(request, api_.request_bytes_max));
        RETURN_IF_ERROR(MayGoOn(watches_, *context));
        stream->Write(Answer(request));
      }
      return absl::OkStatus();
    });
  }

 private:
  Response Answer(const Request& request) {
    Response response;
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    if (request.message_request_case() == Request::kListServices) {
      for (const std::string& name : names_)
        response.mutable_list_services_response()->add_service()->set_name(name);
    } else if (request.message_request_case() == Request::kAllExtensionNumbersOfType) {
      AddExtensionNumbers(request, response);
    } else if (const FileDescriptor* file = FileFor(request); file != nullptr) {
      std::set<const FileDescriptor*> seen;
      AddFile(file, seen, *response.mutable_file_descriptor_response());
    } else {
      SetError(grpc::StatusCode::NOT_FOUND, "not found", response);
    }
    return response;
  }

  const Api& api_;
  Watches& watches_;
  const std::vector<std::string> names_;
};

namespace v1 = grpc::reflection::v1;
namespace v1alpha = grpc::reflection::v1alpha;
using Newest = Reflection<v1::ServerReflection::Service, v1::ServerReflectionRequest,
                          v1::ServerReflectionResponse>;
using Older = Reflection<v1alpha::ServerReflection::Service, v1alpha::ServerReflectionRequest,
                         v1alpha::ServerReflectionResponse>;

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeReflection(const Api& api, Watches& watches,
                                                           std::vector<std::string> names) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<Newest>(api, watches, names));
  services.push_back(std::make_unique<Older>(api, watches, std::move(names)));
  return services;
}

}  // namespace agents
