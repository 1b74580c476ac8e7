#pragma once
// The parts of the configuration file, each read by one function. Internal to the loader.
#include <string>

#include "daemon/config_json.hpp"

namespace dirbridge::daemon {

// Makes relative file names absolute, against the configuration file's folder.
std::string absolute_file(const std::string& name, const std::string& folder);

void read_server(ObjectReader& reader, const std::string& folder, ServerConfig& server);
void read_listen(ObjectReader& reader, Listen& listen);
DirectoryConfig read_directory(ObjectReader& reader, const std::string& folder);
// The section "schemas" of the root.
std::vector<ExtensionConfig> read_extensions(ObjectReader& root);
// The section "audit" of the root; nullopt: it is off.
std::optional<audit::FileSettings> read_audit(ObjectReader& root, const std::string& folder);
// The section "guard" of a connection; nullopt: it is off.
std::optional<sync::BudgetRules> read_guard(ObjectReader& connection);
// `directories`: those that are configured, right or wrong.
ConnectionConfig read_connection(ObjectReader& reader, const std::string& name, const std::string& folder,
                                 const std::vector<std::string>& directories);

}  // namespace dirbridge::daemon
