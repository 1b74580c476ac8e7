#include "config/config.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "config/loader.hpp"

namespace dirbridge::config {
namespace {

ldap::Settings without_bind(const DirectoryConfig& directory) {
  ldap::Settings settings;
  settings.uris = directory.uris;
  settings.start_tls = directory.start_tls;
  settings.ca_file = directory.ca_file;
  settings.verify_hostname = directory.verify_hostname;
  settings.pool_size = directory.pool_size;
  settings.connect_timeout = directory.connect_timeout;
  settings.assertion = directory.assertion;
  settings.post_read = directory.post_read;
  settings.permissive_modify = directory.permissive_modify;
  return settings;
}

Result<ldap::Settings> bound_as(const DirectoryConfig& directory, const BindConfig& bind) {
  auto password = bind.password.read();
  if (!password) return password.error();
  auto settings = without_bind(directory);
  settings.bind_dn = bind.dn;
  settings.password = std::move(*password);
  return settings;
}

void check_secret(const SecretSource& source, const std::string& path, std::vector<Problem>& problems) {
  if (const auto secret = source.read(); !secret) problems.push_back({path, secret.error().detail, {}});
}

void check_readable(const std::string& file, const std::string& path, std::vector<Problem>& problems) {
  if (file.empty()) return;
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec)) {
    problems.push_back(
        {path, "there is no file " + file, "relative names start at the configuration's folder"});
  } else if (!std::ifstream(file)) {
    problems.push_back(
        {path, "the file " + file + " cannot be opened", "may the bridge's system user read it?"});
  }
}

}  // namespace

bool is_loopback(std::string_view host) {
  return iequals(host, "localhost") || host.starts_with("127.") || host == "::1";
}

Result<Secret> SecretSource::read() const {
  if (from == From::File) return read_secret_file(name);
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
  if (!value || !*value) return error(ErrorKind::NotFound, "the " + describe() + " is not set");
  return Secret(value);
}

std::optional<std::string> readable_by_all(const http::TlsFiles& tls) {
  struct stat status {};
  if (::stat(tls.key_file.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return std::nullopt;
  return "the key file " + tls.key_file + " can be read by everybody on this machine";
}

std::string SecretSource::describe() const {
  return (from == From::File ? "file " : "environment variable ") + name;
}

Result<scim::Catalog> configured_catalog(const Config& config) {
  std::vector<scim::Schema> user;
  std::vector<scim::Schema> group;
  for (const auto& extension : config.extensions)
    (extension.of == ExtensionConfig::Of::User ? user : group).push_back(extension.schema);
  return scim::make_catalog(user, group);
}

scim::Catalog catalog_of(const Config& config) {
  return configured_catalog(config).value();  // the loader has checked them
}

Result<ldap::Settings> ldap_settings(const DirectoryConfig& directory) {
  if (directory.bind) return bound_as(directory, *directory.bind);
  auto settings = without_bind(directory);
  settings.sasl_external = directory.sasl_external;
  return settings;
}

Result<ldap::Settings> atlassian_ldap_settings(const DirectoryConfig& directory) {
  return bound_as(directory, directory.atlassian.value());
}

std::vector<Problem> unusable_files(const Config& config) {
  std::vector<Problem> problems;
  if (config.server.tls) {
    check_readable(config.server.tls->certificate_file, "$.server.tls.certificate_file", problems);
    check_readable(config.server.tls->key_file, "$.server.tls.key_file", problems);
  }
  for (const auto& [name, directory] : config.directories) {
    const auto path = "$.directories." + name;
    check_readable(directory.ca_file, path + ".ca_file", problems);
    if (directory.bind) check_secret(directory.bind->password, path + ".bind_password", problems);
    if (directory.atlassian) {
      check_secret(directory.atlassian->password, path + ".atlassian.bind_password", problems);
    }
  }
  return problems;
}

}  // namespace dirbridge::config
