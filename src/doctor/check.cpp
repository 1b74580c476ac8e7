#include "doctor/check.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "config/loader.hpp"
#include "ldap/endpoint.hpp"
#include "tokens/file.hpp"

namespace dirbridge::doctor {
namespace {

void check_listeners(const config::Config& config, Findings& findings) {
  if (!config.server.tls && !config::is_loopback(config.server.listen.address)) {
    findings.warning(
        "$.server.listen is open to the network without TLS: tokens and personal data travel readable",
        "set $.server.tls, or listen on 127.0.0.1 behind a proxy that has a certificate");
  }
  if (!config::is_loopback(config.admin.address)) {
    findings.warning("$.admin.listen is open to the network, and asks nobody for a login",
                     "listen on 127.0.0.1");
  }
}

void check_key(const config::Config& config, Findings& findings) {
  if (!config.server.tls) return;
  if (const auto open = config::readable_by_all(*config.server.tls))
    findings.warning("$.server.tls.key_file: " + *open,
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
        "$.audit.file: " + config.audit->path + " cannot be written: " + why,
        "let the bridge's system user write there, name another file, or set $.audit.enabled to false");
}

void check_transport(const std::string& name, const config::DirectoryConfig& directory, Findings& findings) {
  const auto path = "$.directories." + name;
  for (const auto& text : directory.uris) {
    const auto endpoint = ldap::parse_endpoint(text);
    const bool plain = endpoint && endpoint->kind == ldap::Endpoint::Kind::Plain && !directory.start_tls;
    if (!plain || config::is_loopback(endpoint->host)) continue;
    findings.warning(text + " is not encrypted: the bind password travels readable",
                     "use ldaps://, or set " + path + ".start_tls");
  }
  if (!directory.verify_hostname) {
    findings.warning(path + ".verify_hostname is off: anybody with a certificate can pose as the directory",
                     "use the name that stands in the directory's certificate, and remove the key");
  }
}

void check_tokens(const std::string& name, const config::ConnectionConfig& connection, Findings& findings) {
  const auto tokens = tokens::read_token_file(connection.tokens_file);
  if (tokens && !tokens->empty()) {
    findings.ok("connection " + name + " has " + std::to_string(tokens->size()) +
                (tokens->size() == 1 ? " token" : " tokens"));
  } else if (tokens || tokens.error().kind == ErrorKind::NotFound) {
    findings.warning("connection " + name + " has no token, so that nobody can use it",
                     "dirbridge token new " + name);
  } else {
    findings.problem(tokens.error().detail, "correct it, or remove it and make new tokens");
  }
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::Ok:
      return "ok      ";
    case Verdict::Warning:
      return "warning ";
    case Verdict::Problem:
      return "problem ";
    case Verdict::Unknown:
      return "unknown ";
  }
  return "";
}

}  // namespace

// Server messages and names from the directory are part of it: a control character must not forge a line.
std::string to_string(const Finding& finding) {
  auto line = std::string(to_string(finding.verdict)) + " " + finding.what +
              (finding.fix.empty() ? "" : " — " + finding.fix);
  for (auto& c : line) {
    if (has_control({&c, 1})) c = ' ';
  }
  return line;
}

bool has_problem(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.verdict == Verdict::Problem; });
}

void Findings::add(Verdict verdict, std::string what, std::string fix) {
  list_.push_back({verdict, subject_ + ": " + std::move(what), std::move(fix)});
}

std::vector<Finding> check_config(const config::Config& config) {
  Findings findings("configuration");
  for (const auto& problem : config::unusable_files(config)) {
    findings.problem(problem.path + ": " + problem.message, problem.hint);
  }
  check_listeners(config, findings);
  check_key(config, findings);
  check_audit(config, findings);
  for (const auto& [name, directory] : config.directories) check_transport(name, directory, findings);
  for (const auto& [name, connection] : config.connections) check_tokens(name, connection, findings);
  if (config.connections.empty()) {
    findings.warning("there is no connection, so that no identity provider can reach the bridge",
                     "add one to $.connections");
  }
  return findings.take();
}

}  // namespace dirbridge::doctor
