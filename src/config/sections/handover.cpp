// What an administrator chose for the leads of people who leave: "handover" of a connection.
#include "config/sections/sections.hpp"
#include "http/url.hpp"

namespace dirbridge::config {
namespace {

constexpr auto url_hint =
    "where Jira is, with its context path, such as https://jira.example.org or https://host/jira";

void read_jira_url(ObjectReader& reader, std::string_view key, std::string& url) {
  url = reader.text(key).value_or("");
  while (url.ends_with('/')) url.pop_back();
  if (url.empty()) return;
  const auto parsed = http::parse_url(url);
  if (!parsed || parsed->target.find('?') != std::string::npos) {
    reader.problem(key, "is not an http or https URL", url_hint);
  } else if (!parsed->secure && !is_loopback(parsed->host)) {
    reader.problem(key, "sends the token unencrypted", "use https");
  }
}

constexpr Word<mapping::HandoverFailure> failures[] = {{"go_on", mapping::HandoverFailure::GoOn},
                                                       {"wait", mapping::HandoverFailure::Wait}};

}  // namespace

const Keys<HandoverConfig>& handover_keys() {
  static const Keys<HandoverConfig> keys = {
      {"jira_url",
       &HandoverConfig::jira_url,
       read_by(read_jira_url, text("URL")),
       "where Jira is, with its context path",
       Effect::Reload,
       {.required = url_hint}},
      {"token",
       &HandoverConfig::token,
       secret(),
       "a personal access token of a Jira administrator",
       Effect::Reload,
       {.required = secret_hint}},
      {"ca_file",
       &HandoverConfig::ca_file,
       file(),
       "the authority that signed Jira's certificate, PEM",
       Effect::Reload,
       {.otherwise = "the system's"}},
      {"project_lead", &HandoverConfig::project_lead, text("Jira user name"),
       "who takes over projects; this key, `component_lead`, or both", Effect::Reload},
      {"component_lead", &HandoverConfig::component_lead, text("Jira user name"), "who takes over components",
       Effect::Reload},
      {"timeout_ms", &HandoverConfig::timeout, milliseconds(100, 300'000), "for one person", Effect::Reload},
      {"when_jira_is_away", &HandoverConfig::when_jira_is_away, word(failures),
       "`go_on`: the person is disabled nevertheless, and the leads follow; `wait`: the request is answered "
       "503 "
       "until Jira is back",
       Effect::Reload},
  };
  return keys;
}

void read_handover(ObjectReader& reader, std::string_view key, ConnectionConfig& connection) {
  auto section = reader.object(key);
  if (!section) return;
  auto& out = connection.handover.emplace();
  read_keys(*section, handover_keys(), out);
  if (out.project_lead.empty() && out.component_lead.empty())
    section->missing("project_lead", "who takes over projects, or component_lead: who takes over components");
  section->finish();
}

}  // namespace dirbridge::config
