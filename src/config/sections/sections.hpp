#pragma once
// The parts of the configuration file, each read by one function. Internal to the loader.
#include <string>

#include "config/object_reader.hpp"

namespace dirbridge::config {

// Makes relative file names absolute, against the configuration file's folder.
std::string absolute_file(const std::string& name, const std::string& folder);

// { "file": … } or { "env": … }; nullopt after a problem was noted.
std::optional<SecretSource> read_secret_source(ObjectReader& reader, std::string_view key,
                                               const std::string& folder);

void read_server(ObjectReader& reader, const std::string& folder, ServerConfig& server);
void read_listen(ObjectReader& reader, Listen& listen);
DirectoryConfig read_directory(ObjectReader& reader, const std::string& folder);
// The sections "users" of a connection and "disable" of a directory, whose other keys are read already.
// `user` is the resource type with the extensions that are configured.
mapping::UserOptions read_users(ObjectReader& connection, const scim::ResourceType& user,
                                const DirectoryConfig& directory);
void read_disable(ObjectReader& reader, const DirectoryConfig& directory, mapping::DisableRules& disable);
// The section "groups" of a connection, and "protected" of a directory: what no rule may touch.
mapping::GroupOptions read_groups(ObjectReader& connection, const DirectoryConfig& directory);
std::vector<directory::Dn> read_protected(ObjectReader& directory);
// Regular expressions and a letter case, for names and values; no rules after a problem was noted.
mapping::NameRules compile_rules(ObjectReader& reader, std::string_view rules_key, std::string_view case_key);
// RFC 4512 1.4: keystring.
bool is_ldap_attribute_name(std::string_view name);
// The section "schemas" of the root.
std::vector<ExtensionConfig> read_extensions(ObjectReader& root);
// The section "audit" of the root; nullopt: it is off.
std::optional<audit::FileSettings> read_audit(ObjectReader& root, const std::string& folder);
// The section "guard" of a connection or a directory; nullopt: it is off. `otherwise`: when there is none.
std::optional<sync::BudgetRules> read_guard(ObjectReader& owner,
                                            const std::optional<sync::BudgetRules>& otherwise);
// The section "handover" of a connection.
std::optional<HandoverConfig> read_handover(ObjectReader& connection, const std::string& folder);
// `directories`: those that are configured, right or wrong.
ConnectionConfig read_connection(ObjectReader& reader, const std::string& name, const std::string& folder,
                                 const std::vector<std::string>& directories);

}  // namespace dirbridge::config
