#pragma once
// What the administrator configured, parsed and checked: one value, built once by load_config and only read
// afterwards. Secrets are not in it, only where they are (SecretSource); nothing here needs to be hidden from
// a log. config/dirbridge.example.json explains every key.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/file.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "config/profile.hpp"
#include "directory/dn.hpp"
#include "directory/group_classes.hpp"
#include "http/server.hpp"
#include "ldap/settings.hpp"
#include "mapping/rules.hpp"
#include "scim/catalog.hpp"
#include "sync/budget.hpp"

namespace dirbridge::config {

struct Listen {
  std::string address;  // numeric IPv4 or IPv6, without brackets
  std::uint16_t port = 0;
  friend bool operator==(const Listen&, const Listen&) = default;
};

// localhost, 127.0.0.0/8 or ::1: what is sent there never leaves the machine.
bool is_loopback(std::string_view host);

struct SecretSource {
  enum class From { File, Environment };
  From from = From::File;
  std::string name;  // absolute path, or name of the variable
  Result<Secret> read() const;
  std::string describe() const;  // "file /etc/…", "environment variable X": where it is, never what it is
  friend bool operator==(const SecretSource&, const SecretSource&) = default;
};

inline constexpr std::size_t admin_connections = 64;

struct ServerConfig {
  Listen listen{"127.0.0.1", 8080};
  std::optional<http::TlsFiles> tls;  // absent: plain HTTP, for use behind a proxy
  std::string public_url;  // "https://host[:port]" without a trailing slash; empty: from the Host header
  std::string base_path = "/scim";
  std::vector<std::string> alias_paths;
  http::Limits limits;
  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

struct BindConfig {
  directory::Dn dn;
  SecretSource password;
  friend bool operator==(const BindConfig&, const BindConfig&) = default;
};

// What the server speaks beyond LDAP.
enum class Dialect { Standard, ActiveDirectory };

struct DirectoryConfig {
  Dialect dialect = Dialect::Standard;
  std::vector<std::string> uris;
  std::optional<BindConfig> bind;  // absent with sasl_external
  bool sasl_external = false;
  bool start_tls = false;
  std::string ca_file;
  bool verify_hostname = true;
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t pool_size = 8;
  directory::Dn user_base;
  directory::Dn group_base;
  directory::Dn bridge_base;
  std::string user_naming_attribute = "uid";
  std::optional<mapping::ValueRule> user_rdn;     // of new entries; absent: the login names them
  std::string unique_id_attribute = "entryUUID";  // the server's own, by which the products follow a rename
  directory::GroupClass group_class = directory::GroupClass::Names;  // of new groups
  directory::Dn placeholder_member;              // cn=dirbridge-placeholder unless configured
  std::vector<directory::Dn> protected_entries;  // no rule touches them, nor what lies below them
  mapping::DisableRules disable;
  mapping::PasswordRule password = mapping::PasswordRule::Ignore;
  std::vector<mapping::AttributeRule> user_attributes, group_attributes;  // of Config's extensions
  std::optional<bool> assertion, post_read,
      permissive_modify;                   // controls; absent: "auto", as the server says
  std::optional<BindConfig> atlassian;     // how the Atlassian products bind
  std::optional<sync::BudgetRules> guard;  // of all connections together; absent: only their own
  friend bool operator==(const DirectoryConfig&, const DirectoryConfig&) = default;
};

// Who gets what people lead in Jira when they leave.
struct HandoverConfig {
  std::string jira_url;  // without a slash at the end
  SecretSource token;
  std::string ca_file;                        // empty: the system's
  std::string project_lead, component_lead;   // Jira user names; empty: stays
  std::chrono::milliseconds timeout{10'000};  // for one person
  mapping::HandoverFailure when_jira_is_away = mapping::HandoverFailure::GoOn;
  friend bool operator==(const HandoverConfig&, const HandoverConfig&) = default;
};

struct ConnectionConfig {
  std::string directory;  // a key of Config::directories
  std::string tokens_file;
  mapping::UserOptions users;
  mapping::GroupOptions groups;
  Profile behaviour = generic_profile();  // the profile's row, with what the connection's own keys overrule
  std::optional<HandoverConfig> handover{};
  std::optional<sync::BudgetRules> guard = sync::BudgetRules();  // absent: any number of removals
  friend bool operator==(const ConnectionConfig&, const ConnectionConfig&) = default;
};

// An extension schema of the administrator's own.
struct ExtensionConfig {
  enum class Of { User, Group };
  Of of = Of::User;
  scim::Schema schema;
  std::vector<mapping::AttributeRule> rules;
  friend bool operator==(const ExtensionConfig& a, const ExtensionConfig& b) {
    return a.of == b.of && a.schema.document == b.schema.document && a.rules == b.rules;
  }
};

struct Config {
  std::string fingerprint;  // of the file; empty when it was none
  ServerConfig server;
  Listen admin{"127.0.0.1", 8081};
  log::Level log_level = log::Level::Info;
  std::optional<audit::FileSettings> audit;  // absent: off
  std::vector<ExtensionConfig> extensions;
  std::map<std::string, DirectoryConfig> directories;
  std::map<std::string, ConnectionConfig> connections;
  friend bool operator==(const Config&, const Config&) = default;
};

// What somebody else on the machine may read although it is a secret; nullopt: nobody may.
std::optional<std::string> readable_by_all(const http::TlsFiles& tls);

// The standard schemas and the configured ones.
scim::Catalog catalog_of(const Config& config);
// The same while the extensions are not known to be right.
Result<scim::Catalog> configured_catalog(const Config& config);

// Reads the secret; the other settings are copied. Errors name the secret's place, never its text.
Result<ldap::Settings> ldap_settings(const DirectoryConfig& directory);
// The same connection, bound as the Atlassian products bind. Precondition: directory.atlassian.
Result<ldap::Settings> atlassian_ldap_settings(const DirectoryConfig& directory);

inline bool is_active_directory(const DirectoryConfig& config) {
  return config.dialect == Dialect::ActiveDirectory;
}

}  // namespace dirbridge::config
