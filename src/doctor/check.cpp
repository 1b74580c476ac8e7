#include "doctor/check.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "config/loader.hpp"
#include "ldap/endpoint.hpp"
#include "tokens/file.hpp"

namespace dirbridge::doctor {
namespace {

void check_listeners(const config::Config& config, Findings& findings) {
  if (!config.server.tls && !config::is_loopback(config.server.listen.address)) {
    findings.warning(
        Check::Listener,
        "$.server.listen is open to the network without TLS: tokens and personal data travel readable",
        "set $.server.tls, or listen on 127.0.0.1 behind a proxy that has a certificate");
  }
  if (!config::is_loopback(config.admin.address)) {
    findings.warning(Check::Listener, "$.admin.listen is open to the network, and asks nobody for a login",
                     "listen on 127.0.0.1");
  }
}

void check_key(const config::Config& config, Findings& findings) {
  if (!config.server.tls) return;
  if (const auto open = config::readable_by_all(*config.server.tls))
    findings.warning(Check::KeyFile, "$.server.tls.key_file: " + *open,
                     "chmod 0640, with the bridge's group: who has the key can pose as the bridge");
}

// What keeps the file from being written; empty: nothing. Nothing is made: where it is not there yet, the
// nearest folder that is must take it.
std::string obstacle(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::path place = file;
  auto status = fs::status(place, failed);
  for (; status.type() == fs::file_type::not_found && place != place.parent_path();
       status = fs::status(place, failed))
    place = place.parent_path();
  if (status.type() == fs::file_type::none) return failed.message();
  const bool there = place == file;
  if (there == fs::is_directory(status)) return place.string() + " is in the way";
  const bool open = ::faccessat(AT_FDCWD, place.c_str(), there ? W_OK : W_OK | X_OK, AT_EACCESS) == 0;
  return open ? std::string() : place.string() + " is not open to this user";
}

void check_audit(const config::Config& config, Findings& findings) {
  if (!config.audit) return;
  if (const auto why = obstacle(config.audit->path); !why.empty())
    findings.problem(
        Check::AuditFile, "$.audit.file: " + config.audit->path + " cannot be written: " + why,
        "let the bridge's system user write there, name another file, or set $.audit.enabled to false");
}

void check_transport(const std::string& name, const config::DirectoryConfig& directory, Findings& findings) {
  const auto path = "$.directories." + name;
  for (const auto& text : directory.uris) {
    const auto endpoint = ldap::parse_endpoint(text);
    const bool plain = endpoint && endpoint->kind == ldap::Endpoint::Kind::Plain && !directory.start_tls;
    if (!plain || config::is_loopback(endpoint->host)) continue;
    findings.warning(Check::Encryption, text + " is not encrypted: the bind password travels readable",
                     "use ldaps://, or set " + path + ".start_tls");
  }
  if (!directory.verify_hostname) {
    findings.warning(Check::HostName,
                     path + ".verify_hostname is off: anybody with a certificate can pose as the directory",
                     "use the name that stands in the directory's certificate, and remove the key");
  }
}

void check_tokens(const std::string& name, const config::ConnectionConfig& connection, Findings& findings) {
  const auto tokens = tokens::read_token_file(connection.tokens_file);
  if (tokens && !tokens->empty()) {
    findings.ok(Check::Tokens, "connection " + name + " has " + std::to_string(tokens->size()) +
                                   (tokens->size() == 1 ? " token" : " tokens"));
  } else if (tokens || tokens.error().kind == ErrorKind::NotFound) {
    findings.warning(Check::Tokens, "connection " + name + " has no token, so that nobody can use it",
                     "dirbridge token new " + name);
  } else {
    findings.problem(Check::Tokens, tokens.error().detail, "correct it, or remove it and make new tokens");
  }
}

}  // namespace

std::vector<Finding> findings_of(const config::Problems& problems) {
  Findings findings("configuration");
  for (const auto& problem : problems.list)
    findings.problem(Check::Setting, problem.path + ": " + problem.message, problem.hint);
  return findings.take();
}

std::vector<Finding> check_config(const config::Config& config) {
  Findings findings("configuration");
  for (const auto& problem : config::unusable_files(config)) {
    findings.problem(Check::File, problem.path + ": " + problem.message, problem.hint);
  }
  check_listeners(config, findings);
  check_key(config, findings);
  check_audit(config, findings);
  for (const auto& [name, directory] : config.directories) check_transport(name, directory, findings);
  for (const auto& [name, connection] : config.connections) check_tokens(name, connection, findings);
  if (config.connections.empty()) {
    findings.warning(Check::Connections,
                     "there is no connection, so that no identity provider can reach the bridge",
                     "add one to $.connections");
  }
  return findings.take();
}

}  // namespace dirbridge::doctor
