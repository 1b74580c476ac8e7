// What the configuration consists of.
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

constexpr Word<log::Level> levels[] = {{"debug", log::Level::Debug},
                                       {"info", log::Level::Info},
                                       {"warning", log::Level::Warning},
                                       {"error", log::Level::Error}};

const Keys<Listen>& admin_keys() {
  static const Keys<Listen> keys = {
      {"listen", listen(),
       "/healthz, /readyz and /metrics, without a login: keep it on the loopback interface",
       Effect::Restart}};
  return keys;
}

const Keys<Config>& log_keys() {
  static const Keys<Config> keys = {
      {"level", &Config::log_level, word(levels), "what is less than this is not written", Effect::Reload}};
  return keys;
}

Type<std::vector<ExtensionConfig>> schemas() {
  return {.values = Values::map("urn", section(extension_keys()).values),
          .read = nullptr,
          .write = [](const std::vector<ExtensionConfig>& all) {
            boost::json::object out;
            for (const auto& one : all) out[one.schema.id] = write_keys(extension_keys(), one);
            return boost::json::value(std::move(out));
          }};
}

}  // namespace

Config default_config(const std::string& folder) {
  Config out;
  out.audit.emplace().path = absolute_file("audit/audit.jsonl", folder);
  return out;
}

const Keys<Config>& root_keys() {
  static const Keys<Config> keys = {
      {"server", &Config::server, section(server_keys()), "what identity providers reach", Effect::Reload},
      {"admin", &Config::admin, section(admin_keys(), Config().admin),
       "for supervisors and monitoring; `dirbridge held` and `dirbridge apply` ask the running bridge by it",
       Effect::Restart},
      {"log", section(log_keys()), "JSON lines on standard error", Effect::Reload},
      {"audit", &Config::audit, switched_section(audit_keys(), "false: no audit is written", Effect::Restart),
       "every change of the directory, and what was held back, one JSON object per line", Effect::Restart},
      {"schemas", &Config::extensions, schemas(),
       "extension schemas of your own (RFC 7643 section 7), for every connection", Effect::Restart},
      {"directories",
       &Config::directories,
       sections_by_name(directory_keys(), default_directory(Dialect::Standard)),
       "the LDAP directories to write to, under names of 1-32 of a-z, 0-9 and -",
       Effect::Restart,
       {.required = one_directory}},
      {"connections", &Config::connections,
       sections_by_name(connection_keys(), default_connection("<name>", "")),
       "one per identity provider, under a name that becomes part of its URL", Effect::Reload},
  };
  return keys;
}

}  // namespace dirbridge::config
