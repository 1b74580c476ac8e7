#include "slapd/store.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "slapd/child_process.hpp"
#include "slapd/embedded_schema.hpp"
#include "slapd/files.hpp"
#include "slapd/tls_material.hpp"

namespace dirbridge::slapd {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t password_bytes = 18;
constexpr std::size_t lines_of_last_words = 3;

// What DIR/loaded says about the data: one line per piece of content that is in it.
class LoadedList {
 public:
  explicit LoadedList(const std::string& directory) : path_(directory + "/loaded") {
    std::ifstream in(path_);
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }
  bool empty() const { return lines_.empty(); }
  bool has(const std::string& piece) const {
    return std::find(lines_.begin(), lines_.end(), piece) != lines_.end();
  }
  const std::string& first() const { return lines_.front(); }
  void add(std::string piece) { lines_.push_back(std::move(piece)); }
  Result<> save() const { return write_private_file(path_, join(lines_, "\n") + "\n"); }

 private:
  std::string path_;
  std::vector<std::string> lines_;
};

Result<> run_tool(const Store& store, std::vector<std::string> arguments, const std::string& what,
                  Deadline deadline) {
  arguments.insert(arguments.begin(), store.installation.program);
  const Command command{.arguments = std::move(arguments),
                        .environment = {"LDAPNOINIT=1"},
                        .output_file = store.directory + "/tool.log"};
  const auto output = run(command, deadline);
  if (!output) return output.error();
  if (output->exit_code == 0) return {};
  return error(ErrorKind::InvalidValue, what + ": " + last_words(output->text));
}

Result<std::string> schema_text(const Options& options) {
  if (options.schema_file.empty()) return std::string(embedded::dirbridge_ldif);
  auto text = read_file(options.schema_file);
  if (text) return text;
  return error(ErrorKind::InvalidValue, text.error().detail, "schema_file");
}

Result<> make_configuration(const Store& store, const std::string& text, Deadline deadline) {
  const std::string folder = store.directory + "/config";
  const std::string file = store.directory + "/config.ldif";
  std::error_code ignored;
  fs::remove(file, ignored);
  fs::remove_all(folder, ignored);
  if (auto ok = make_folder(folder); !ok) return ok;
  if (auto ok = make_folder(store.directory + "/data"); !ok) return ok;
  if (auto ok = write_private_file(file + ".try", text); !ok) return ok;
  auto ok = run_tool(store, {"-T", "add", "-n", "0", "-F", folder, "-l", file + ".try"},
                     "slapd refuses the configuration", deadline);
  if (!ok) return ok;
  if (!LoadedList(store.directory).empty()) {
    ok = run_tool(store, {"-T", "index", "-q", "-n", "1", "-F", folder}, "cannot index the data again",
                  deadline);
    if (!ok) return ok;
  }
  fs::rename(file + ".try", file, ignored);
  return {};
}

Result<> ensure_configuration(const Store& store, Deadline deadline) {
  const auto schema = schema_text(store.options);
  if (!schema) return schema.error();
  const std::string text = config_ldif({.options = store.options,
                                        .names = store.names,
                                        .installation = store.installation,
                                        .directory = store.directory,
                                        .dirbridge_schema = *schema,
                                        .admin_password = store.accounts.admin.reveal(),
                                        .uid = ::getuid(),
                                        .gid = ::getgid()});
  const auto last = read_file(store.directory + "/config.ldif");
  if (last && *last == text) return {};
  return make_configuration(store, text, deadline);
}

std::vector<std::string> given_dns(const std::vector<std::string>& files) {
  std::vector<std::string> dns;
  for (const std::string& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (istarts_with(line, "dn: ")) dns.push_back(folded_dn(std::string_view(line).substr(4)));
    }
  }
  return dns;
}

// Loads pieces of content, each once. A new database is loaded in quick mode, which must not be used on an
// old one.
class Loader {
 public:
  Loader(const Store& store, LoadedList& list, Deadline deadline)
      : store_(store), list_(list), fresh_(list.empty()), deadline_(deadline) {}

  Result<> text(const std::string& piece, const std::string& ldif) {
    const std::string path = store_.directory + "/content.ldif";
    if (auto ok = write_private_file(path, ldif); !ok) return ok;
    auto ok = add(path, "slapd refuses the first entries");
    if (ok) list_.add(piece);
    return ok;
  }
  Result<> file(const std::string& path) {
    const auto content = read_file(path);
    if (!content) return error(ErrorKind::InvalidValue, content.error().detail, "load_files");
    const std::string piece = "file " + to_hex(sha256(*content));
    if (list_.has(piece)) return {};
    auto ok = add(path, "cannot load " + path);
    if (!ok) return error(ok.error().kind, ok.error().detail, "load_files");
    list_.add(piece);
    return {};
  }

 private:
  Result<> add(const std::string& path, const std::string& what) {
    std::vector<std::string> arguments{"-T", "add", "-n", "1", "-F", store_.directory + "/config",
                                       "-l", path};
    if (fresh_) arguments.emplace_back("-q");
    return run_tool(store_, std::move(arguments), what, deadline_);
  }
  const Store& store_;
  LoadedList& list_;
  bool fresh_;
  Deadline deadline_;
};

Result<> load_files(const Store& store, Loader& loader) {
  for (const std::string& path : store.options.load_files) {
    if (auto ok = loader.file(path); !ok) return ok;
  }
  return {};
}

Result<> first_load(const Store& store, Loader& loader, const std::string& piece) {
  std::error_code ignored;
  fs::remove_all(store.directory + "/data", ignored);
  if (auto ok = make_folder(store.directory + "/data"); !ok) return ok;
  const InitialContent content =
      initial_content(store.names, {store.accounts.bridge.reveal(), store.accounts.reader.reveal()},
                      given_dns(store.options.load_files));
  if (content.suffix_is_given) {
    if (auto ok = load_files(store, loader); !ok) return ok;
    return loader.text(piece, content.ldif);
  }
  if (auto ok = loader.text(piece, content.ldif); !ok) return ok;
  return load_files(store, loader);
}

Result<> ensure_content(const Store& store, Deadline deadline) {
  LoadedList list(store.directory);
  const std::string piece = "suffix " + store.names.suffix;
  if (!list.empty() && !list.has(piece)) {
    return error(ErrorKind::InvalidValue,
                 store.directory + " holds another suffix than " + store.names.suffix, "suffix");
  }
  Loader loader(store, list, deadline);
  auto ok = list.empty() ? first_load(store, loader, piece) : load_files(store, loader);
  if (!ok) return ok;
  if (store.options.ppolicy && !list.has("policy")) {
    if (ok = loader.text("policy", policy_ldif(store.names)); !ok) return ok;
  }
  return list.save();
}

std::string assignment(const char* name, const std::string& value) {
  return std::string(name) + "='" + value + "'\n";
}

// The value of NAME='value' in the text of a credentials file; empty when there is none.
std::string assigned(const std::string& text, const std::string& name) {
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(name + "='") && line.ends_with('\'')) {
      return std::string(line.substr(name.size() + 2, line.size() - name.size() - 3));
    }
  }
  return {};
}

Result<Secret> settle(const Secret& wanted, const std::string& kept, const char* field) {
  if (!kept.empty() && !wanted.empty() && wanted.reveal() != kept) {
    return error(ErrorKind::InvalidValue, "the directory was made with another password", field);
  }
  if (!kept.empty()) return Secret(kept);
  return wanted.empty() ? Secret(to_base64url(random_bytes(password_bytes))) : wanted;
}

}  // namespace

Result<Installation> find_installation() {
  Installation found;
  found.program =
      find_program("slapd", {"/usr/sbin", "/usr/libexec", "/usr/lib/openldap", "/usr/local/libexec"});
  if (found.program.empty()) {
    return error(ErrorKind::Unavailable,
                 "no slapd found in /usr/sbin, /usr/libexec and PATH: install the package slapd");
  }
  found.module_folder = find_folder_with(
      "back_mdb.so",
      {"/usr/lib/ldap", "/usr/lib/openldap", "/usr/lib64/openldap", "/usr/local/libexec/openldap"});
  found.schema_folder = find_folder_with(
      "inetorgperson.ldif", {"/etc/ldap/schema", "/etc/openldap/schema", "/usr/local/etc/openldap/schema"});
  if (!found.schema_folder.empty()) return found;
  return error(ErrorKind::Unavailable,
               "no OpenLDAP schema files found in /etc/ldap/schema or /etc/openldap/schema");
}

std::string last_words(const std::string& output) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(output, '\n')) {
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  if (lines.empty()) return "it printed nothing";
  const std::size_t skipped = lines.size() - std::min(lines.size(), lines_of_last_words);
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(skipped));
  return join(lines, "; ");
}

Result<Accounts> settle_accounts(const Options& options, const std::string& directory) {
  const std::string kept = read_file_or_empty(credentials_path(directory));
  auto admin = settle(options.admin_password, assigned(kept, "LDAP_ADMIN_PASSWORD"), "admin_password");
  if (!admin) return admin.error();
  auto bridge = settle(options.bridge_password, assigned(kept, "LDAP_BRIDGE_PASSWORD"), "bridge_password");
  if (!bridge) return bridge.error();
  auto reader = settle(options.reader_password, assigned(kept, "LDAP_READER_PASSWORD"), "reader_password");
  if (!reader) return reader.error();
  return Accounts{std::move(*admin), std::move(*bridge), std::move(*reader)};
}

Result<> prepare(const Store& store, Deadline deadline) {
  if (store.options.tls && find_folder_with("tls/server.key", {store.directory}).empty()) {
    if (auto ok = make_tls_material(store.directory + "/tls"); !ok) return ok;
  }
  if (auto ok = ensure_configuration(store, deadline); !ok) return ok;
  return ensure_content(store, deadline);
}

std::string credentials_path(const std::string& directory) {
  return directory + "/credentials.env";
}

Result<> write_credentials(const Store& store, const Endpoints& endpoints) {
  const Names& names = store.names;
  std::string text = assignment("LDAP_URI", endpoints.uri);
  if (!endpoints.ldaps_uri.empty()) text += assignment("LDAPS_URI", endpoints.ldaps_uri);
  if (!endpoints.ca_file.empty()) text += assignment("LDAP_CA_FILE", endpoints.ca_file);
  if (!endpoints.ldapi_uri.empty()) text += assignment("LDAPI_URI", endpoints.ldapi_uri);
  text += assignment("LDAP_BASE", names.suffix) + assignment("LDAP_USER_BASE", names.user_base) +
          assignment("LDAP_GROUP_BASE", names.group_base) +
          assignment("LDAP_BRIDGE_BASE", names.bridge_base) + assignment("LDAP_ADMIN_DN", names.admin_dn) +
          assignment("LDAP_ADMIN_PASSWORD", store.accounts.admin.reveal()) +
          assignment("LDAP_BRIDGE_DN", names.bridge_dn) +
          assignment("LDAP_BRIDGE_PASSWORD", store.accounts.bridge.reveal()) +
          assignment("LDAP_READER_DN", names.reader_dn) +
          assignment("LDAP_READER_PASSWORD", store.accounts.reader.reveal());
  return write_private_file(credentials_path(store.directory), text);
}

}  // namespace dirbridge::slapd
