#include "deploy/cli/message_json.h"

#include <google/protobuf/util/json_util.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kJsonSuffix = "_json";

Json Expanded(Json value, const Descriptor& type);

Json ExpandedField(Json value, const FieldDescriptor& field) {
  const auto kind = field.cpp_type();
  if (value.is_array()) {
    for (Json& item : value) item = ExpandedField(std::move(item), field);
  } else if (kind == FieldDescriptor::CPPTYPE_MESSAGE) {
    return Expanded(std::move(value), *field.message_type());
  } else if (value.is_string() &&
             (kind == FieldDescriptor::CPPTYPE_INT64 || kind == FieldDescriptor::CPPTYPE_UINT64)) {
    int64_t number = 0;
    if (base::ParseInt(value.get<std::string>(), number)) return number;
  }
  return value;
}

// The member NAME_json as NAME, parsed; null where it is empty.
Json Parsed(const Json& text) {
  if (!text.is_string() || text.get<std::string>().empty()) return nullptr;
  auto parsed = base::ParseJson(text.get<std::string>(), "answer");
  return parsed.ok() ? *std::move(parsed) : text;
}

Json Expanded(Json value, const Descriptor& type) {
  const bool ours = type.file()->package() == "maru.v1" || type.file()->package() == "lf.a2a.v1";
  if (!ours || !value.is_object()) return value;
  Json out = Json::object();
  for (auto& [name, member] : value.items()) {
    const FieldDescriptor* field = type.FindFieldByName(name);
    if (name.ends_with(kJsonSuffix)) {
      out[name.substr(0, name.size() - kJsonSuffix.size())] = Parsed(member);
    } else {
      out[name] = field == nullptr || field->is_map() ? std::move(member)
                                                      : ExpandedField(std::move(member), *field);
    }
  }
  return out;
}

// The path to the first text that is no UTF-8; empty: there is none.
std::string Malformed(const Json& json, const std::string& path) {
  if (json.is_string()) {
    const bool right =
        base::FirstInvalidUtf8(json.get_ref<const std::string&>()) == std::string::npos;
    return right ? "" : path;
  }
  if (!json.is_structured()) return "";
  for (const auto& [name, member] : json.items()) {
    std::string found = Malformed(member, path.empty() ? name : base::StrCat(path, ".", name));
    if (!found.empty()) return found;
  }
  return "";
}

// Of what gRPC says by itself, which has no words of ours.
std::string_view KoreanOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kDeadlineExceeded:
      return "제한 시간 안에 응답하지 않았습니다";
    case absl::StatusCode::kCancelled:
      return "호출이 취소되었습니다";
    case absl::StatusCode::kUnimplemented:
      return "서버에 그런 기능이 없습니다. 판이 서로 다를 수 있습니다";
    case absl::StatusCode::kResourceExhausted:
      return "한도를 넘었습니다";
    default:
      return "서버가 오류로 답했습니다";
  }
}

}  // namespace

absl::Status FromJson(const Json& json, google::protobuf::Message& message) {
  if (const std::string path = Malformed(json, ""); !path.empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument, base::StrCat(path, ": is not UTF-8"),
                       base::StrCat(path, ": UTF-8이 아닙니다"));
  }
  const auto status = google::protobuf::util::JsonStringToMessage(base::DumpJson(json), &message);
  if (status.ok()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat(message.GetTypeName(), ": ", status.ToString()),
                     base::StrCat(message.GetTypeName(),
                                  " 형식의 JSON이 아닙니다: ", base::Quoted(status.ToString())));
}

absl::StatusOr<Json> FromMessage(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok())
    return base::Error(
        absl::StatusCode::kDataLoss, base::StrCat(message.GetTypeName(), ": ", status.ToString()),
        base::StrCat("응답 ", message.GetTypeName(),
                     ": JSON으로 옮길 수 없습니다: ", base::Quoted(status.ToString())));
  ASSIGN_OR_RETURN(Json json, base::ParseJson(text, message.GetTypeName(),
                                              base::StrCat("응답 ", message.GetTypeName())));
  return Expanded(std::move(json), *message.GetDescriptor());
}

absl::Status FromGrpc(const grpc::Status& status, const std::string& server) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    const std::string words = base::Quoted(status.error_message());
    if (code == absl::StatusCode::kUnavailable) {
      return base::Error(
          code,
          base::StrCat("no Maru server answers at ", server, " (", status.error_message(), ")"),
          base::StrCat(server, "에서 응답하는 마루 서버가 없습니다 (", words, ")"));
    }
    return base::Error(code, base::StrCat(server, ": ", status.error_message()),
                       base::StrCat(server, ": ", KoreanOf(code), ": ", words));
  }
  std::string english = status.error_message(), korean = english, reason;
  for (const auto& any : details.details()) {
    google::rpc::LocalizedMessage localized;
    google::rpc::ErrorInfo info;
    if (any.UnpackTo(&localized)) {
      const bool is_korean = base::ParseLanguage(localized.locale()) == base::Language::kKorean;
      (is_korean ? korean : english) = localized.message();
    }
    if (any.UnpackTo(&info)) reason = info.reason();
  }
  absl::Status out = base::Error(code, english, korean);
  return reason.empty() ? out : base::WithReason(std::move(out), reason);
}

}  // namespace deploy::cli
