// What an administrator chose for the leads of people who leave: "handover" of a connection.
#include "config/sections/sections.hpp"
#include "http/url.hpp"

namespace dirbridge::config {

namespace {

constexpr auto url_hint =
    "where Jira is, with its context path, such as https://jira.example.org or https://host/jira";

std::string read_jira_url(ObjectReader& reader) {
  auto url = reader.required_text("jira_url", url_hint).value_or("");
  while (url.ends_with('/')) url.pop_back();
  if (url.empty()) return url;
  const auto parsed = http::parse_url(url);
  if (!parsed || parsed->target.find('?') != std::string::npos) {
    reader.problem("jira_url", "is not an http or https URL", url_hint);
  } else if (!parsed->secure && !is_loopback(parsed->host)) {
    reader.problem("jira_url", "sends the token unencrypted", "use https");
  }
  return url;
}

}  // namespace

std::optional<HandoverConfig> read_handover(ObjectReader& connection, const std::string& folder) {
  auto reader = connection.object("handover");
  if (!reader) return std::nullopt;
  HandoverConfig out;
  out.jira_url = read_jira_url(*reader);
  if (const auto token = read_secret_source(*reader, "token", folder)) out.token = *token;
  if (const auto file = reader->text("ca_file")) out.ca_file = absolute_file(*file, folder);
  out.project_lead = reader->text("project_lead").value_or("");
  out.component_lead = reader->text("component_lead").value_or("");
  if (out.project_lead.empty() && out.component_lead.empty())
    reader->missing("project_lead", "who takes over projects, or component_lead: who takes over components");
  if (const auto ms = reader->number("timeout_ms", 100, 300'000))
    out.timeout = std::chrono::milliseconds(*ms);
  constexpr mapping::HandoverFailure failures[] = {mapping::HandoverFailure::GoOn,
                                                   mapping::HandoverFailure::Wait};
  out.when_jira_is_away = failures[reader->choice("when_jira_is_away", {"go_on", "wait"}).value_or(0)];
  reader->finish();
  return out;
}

}  // namespace dirbridge::config
