#pragma once
// The sections of the configuration file: their tables, and the code behind them. Internal to config.
#include <string>

#include "config/types.hpp"

namespace dirbridge::config {

inline constexpr auto one_directory = "at least one LDAP directory to write to";

// What holds where a file says nothing. `folder` is the configuration file's.
Config default_config(const std::string& folder);
DirectoryConfig default_directory(Dialect dialect);
ConnectionConfig default_connection(const std::string& name, const std::string& folder);

const Keys<Config>& root_keys();
const Keys<ServerConfig>& server_keys();
const Keys<ExtensionConfig>& extension_keys();
const Keys<DirectoryConfig>& directory_keys();
const Keys<mapping::DisableRules>& disable_keys();
const Keys<ConnectionConfig>& connection_keys();
const Keys<mapping::UserOptions>& user_keys();
const Keys<mapping::GroupOptions>& group_keys();
const Keys<HandoverConfig>& handover_keys();
const Keys<sync::BudgetRules>& guard_keys();
const Keys<audit::FileSettings>& audit_keys();

// The section "schemas" of the root.
std::vector<ExtensionConfig> read_extensions(ObjectReader& root);
DirectoryConfig read_directory(ObjectReader& reader);
// `directories`: those that are configured, right or wrong. Without "users" and "groups".
ConnectionConfig read_connection(ObjectReader& reader, const std::string& name,
                                 const std::vector<std::string>& directories);
// These sections of a connection. `user` is the resource type with the extensions that are configured.
mapping::UserOptions read_users(ObjectReader& connection, const scim::ResourceType& user,
                                const DirectoryConfig& directory);
// Its part "attributes", and how that is written.
void read_attributes(ObjectReader& users, const scim::ResourceType& user, const DirectoryConfig& directory,
                     mapping::UserOptions& options);
Type<std::vector<mapping::ValueRule>> attribute_rules();
mapping::GroupOptions read_groups(ObjectReader& connection, const DirectoryConfig& directory);

// The two keys of rules for names; compile_rules reads them together.
Type<mapping::NameRules> name_rules();
Type<mapping::NameRules> name_case();
mapping::NameRules compile_rules(ObjectReader& reader, std::string_view rules_key, std::string_view case_key);

Type<mapping::GroupFilter> group_filter();
// Sets the defaults that depend on it.
Type<DirectoryConfig> dialect();
void check_active_directory(ObjectReader& reader, const DirectoryConfig& directory);

// Read keys that need the others of their section.
void read_disable(ObjectReader& reader, std::string_view key, DirectoryConfig& directory);
void read_handover(ObjectReader& reader, std::string_view key, ConnectionConfig& connection);

}  // namespace dirbridge::config
