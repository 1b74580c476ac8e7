#include "config/loader.hpp"

#include <algorithm>
#include <boost/throw_exception.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "base/secret.hpp"
#include "base/text.hpp"
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

bool is_slug(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

void check_slug(ObjectReader& member, const std::string& name) {
  if (is_slug(name)) return;
  member.problem("", "the name must be 1 to 32 of a-z, 0-9 and -", "it is part of URLs and file names");
}

std::vector<std::string> read_directories(ObjectReader& root, Config& config) {
  std::vector<std::string> names;
  const auto* section = root.raw("directories");
  if (!section || (section->is_object() && section->get_object().empty()))
    root.missing("directories", one_directory);
  root.members("directories", [&](const std::string& name, ObjectReader& member) {
    check_slug(member, name);
    config.directories[name] = read_directory(member);
  });
  if (section && section->is_object()) {
    for (const auto& member : section->get_object()) names.emplace_back(member.key());
  }
  return names;
}

// Two connections with one token file would accept each other's tokens.
void check_token_files(ObjectReader& root, const Config& config) {
  std::map<std::string, std::string> owners;
  for (const auto& [name, connection] : config.connections) {
    if (connection.tokens_file.empty()) continue;
    const auto [owner, is_new] = owners.emplace(connection.tokens_file, name);
    if (is_new) continue;
    root.problem("connections", "\"" + owner->second + "\" and \"" + name + "\" have the same tokens_file",
                 "give each connection its own, or each accepts the other's tokens");
  }
}

void read_root(ObjectReader& root, Config& config) {
  read_keys(root, root_keys(), config);
  config.extensions = read_extensions(root);
  const auto directories = read_directories(root, config);
  for (const auto& extension : config.extensions)
    for (auto& [name, directory] : config.directories) {
      auto& rules =
          extension.of == ExtensionConfig::Of::User ? directory.user_attributes : directory.group_attributes;
      rules.insert(rules.end(), extension.rules.begin(), extension.rules.end());
    }
  // Extensions that are wrong were reported.
  const auto configured = configured_catalog(config);
  const auto& catalog = configured ? *configured : scim::standard_catalog();
  root.members("connections", [&](const std::string& name, ObjectReader& member) {
    check_slug(member, name);
    auto connection = read_connection(member, name, directories);
    const auto directory = config.directories.find(connection.directory);
    const auto target = directory == config.directories.end() ? DirectoryConfig() : directory->second;
    connection.users = read_users(member, catalog.user, target);
    connection.groups = read_groups(member, target);
    config.connections[name] = std::move(connection);
  });
  check_token_files(root, config);
  if (config.admin.port != 0 && config.admin.port == config.server.listen.port &&
      config.admin.address == config.server.listen.address) {
    root.problem("admin", "listens on the same address and port as server", "give one of them another port");
  }
  root.finish();
}

}  // namespace

void throw_exception_from_error(const Problems& problems, const boost::source_location& where) {
  boost::throw_exception(std::logic_error("configuration used although it has " +
                                          std::to_string(problems.list.size()) + " problems"),
                         where);
}

ConfigResult parse_config(std::string_view text, const std::string& folder) {
  Problems problems;
  auto config = default_config(folder);
  const auto json = parse_config_json(text, problems.list);
  if (!problems.list.empty() && json.is_null()) return problems;
  ObjectReader root(json, "$", problems.list, folder);
  read_root(root, config);
  if (!problems.list.empty()) return problems;
  return config;
}

ConfigResult load_config(const std::string& path) {
  std::error_code ec;
  const auto absolute = std::filesystem::absolute(path, ec);
  std::ifstream file(path, std::ios::binary);
  if (ec || !file || std::filesystem::is_directory(path, ec)) {
    return Problems{{{"$", "the file cannot be read",
                      "give another one with --config, or copy the example: config/dirbridge.example.json"}}};
  }
  std::string text(max_config_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto config = parse_config(text, absolute.parent_path().string());
  if (config) config->fingerprint = to_hex(sha256(text));
  return config;
}

// Names come from the file: a control character among them must not forge a line.
std::string to_string(const Problem& problem) {
  auto line = problem.path + ": " + problem.message + (problem.hint.empty() ? "" : " (" + problem.hint + ")");
  for (auto& c : line) {
    if (has_control({&c, 1})) c = '?';
  }
  return line;
}

}  // namespace dirbridge::config
