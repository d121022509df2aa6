#include "agents/api/grpc/agent_card.h"

#include <algorithm>
#include <map>

#include "agents/api/grpc/a2a_task.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;

struct Domain {
  std::string_view id, korean, english;
};
constexpr Domain kDomains[] = {{"legal", "법무", "legal work"},
                               {"medical", "의료", "medical care"},
                               {"manufacturing", "제조", "manufacturing"},
                               {"defense", "국방 군수", "defense logistics"},
                               {"administration", "행정", "administration"}};

std::string NameOf(const std::string& domain, bool korean) {
  const auto* it = std::find_if(std::begin(kDomains), std::end(kDomains),
                                [&](const Domain& d) { return d.id == domain; });
  if (it == std::end(kDomains)) return domain;
  return std::string(korean ? it->korean : it->english);
}

void AddSkills(const Caller& caller, const tools::ToolRegistry& registry, a2a::AgentCard& card) {
  const std::set<std::string> offered = registry.Offered();
  const auto& mine = caller.record.principal.tools;
  const bool korean = caller.language == base::Language::kKorean;
  std::map<std::string, std::vector<const tools::ToolSpec*>> domains;
  for (const tools::ToolSpec& tool : registry.catalogue().tools()) {
    const bool permitted = std::find(mine.begin(), mine.end(), tool.name) != mine.end();
    if (permitted && offered.contains(tool.name)) domains[tool.domain].push_back(&tool);
  }
  for (const auto& [domain, tools] : domains) {
    a2a::AgentSkill& skill = *card.add_skills();
    skill.set_id(domain);
    skill.set_name(NameOf(domain, korean));
    std::vector<std::string> uses;
    for (const tools::ToolSpec* tool : tools) {
      uses.push_back(korean ? tool->title : tool->purpose);
      skill.add_tags(tool->name);
    }
    skill.set_description(base::StrJoin(uses, korean ? ", " : "; "));
  }
}

// Requirements are alternatives, each of which needs all its schemes. Under mutual TLS there is no
// connection without a certificate: a credential may come with one, never in its place.
void AddSecurity(bool mutual_tls, a2a::AgentCard& card) {
  auto& bearer = *(*card.mutable_security_schemes())["bearer"].mutable_http_auth_security_scheme();
  bearer.set_scheme("Bearer");
  if (mutual_tls) {
    auto& mtls = *(*card.mutable_security_schemes())["certificate"].mutable_mtls_security_scheme();
    mtls.set_description("a client certificate, whose common name is the principal");
    (*card.add_security_requirements()->mutable_schemes())["certificate"];
  }
  auto& schemes = *card.add_security_requirements()->mutable_schemes();
  schemes["bearer"];
  if (mutual_tls) schemes["certificate"];
}

void AddExtension(std::string_view uri, std::string_view description, a2a::AgentCard& card) {
  a2a::AgentExtension& extension = *card.mutable_capabilities()->add_extensions();
  extension.set_uri(std::string(uri));
  extension.set_description(std::string(description));
}

}  // namespace

a2a::AgentCard CardFor(const Caller& caller, const tools::ToolRegistry& registry,
                       const std::string& address, bool mutual_tls) {
  a2a::AgentCard card;
  const bool korean = caller.language == base::Language::kKorean;
  card.set_name(korean ? "마루" : "Maru");
  card.set_description(
      korean
          ? "요청을 계획으로 만들고, 정책으로 검사하고, 승인을 받아 실행하고, 근거와 함께 답합니다"
          : "plans a request, checks the plan against policy, obtains approvals, runs it and "
            "answers with citations");
  card.set_version(MARU_VERSION);
  a2a::AgentInterface& grpc = *card.add_supported_interfaces();
  grpc.set_url(address);
  grpc.set_protocol_binding("GRPC");
  grpc.set_protocol_version("1.0");
  card.mutable_capabilities()->set_streaming(true);
  card.mutable_capabilities()->set_push_notifications(false);
  card.mutable_capabilities()->set_extended_agent_card(true);
  AddExtension(kPlanExtension, "plan, policy decision and steps as data artifacts", card);
  AddExtension(kApprovalExtension,
               "what waits for which approval, in the status message of AUTH_REQUIRED", card);
  AddSecurity(mutual_tls, card);
  card.add_default_input_modes("text/plain");
  card.add_default_output_modes("text/plain");
  card.add_default_output_modes("application/json");
  AddSkills(caller, registry, card);
  return card;
}

}  // namespace agents
