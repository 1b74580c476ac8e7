#include "ldap/dial.hpp"

#include <ldap.h>
#include <openldap.h>
#include <unistd.h>

#include <mutex>

#include "ldap/message.hpp"
#include "ldap/result_code.hpp"
#include "ldap/socket.hpp"

namespace dirbridge::ldap {

namespace {

constexpr const char* system_trust_store = "/etc/ssl/certs/ca-certificates.crt";

Error unavailable(const Endpoint& endpoint, std::string why) {
  return error(ErrorKind::Unavailable, endpoint.uri + ": " + std::move(why));
}

void set_text(::ldap* handle, int option, const char* value) {
  ldap_set_option(handle, option, value);
}

void set_number(::ldap* handle, int option, int value) {
  ldap_set_option(handle, option, &value);
}

// All that /etc/ldap/ldap.conf, ~/.ldaprc and LDAP* variables could have set for the process.
void set_operation_options(::ldap* handle) {
  const timeval none{-1, 0};
  set_number(handle, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3);
  ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  ldap_set_option(handle, LDAP_OPT_RESTART, LDAP_OPT_ON);
  ldap_set_option(handle, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_OFF);
  set_number(handle, LDAP_OPT_DEREF, LDAP_DEREF_NEVER);
  set_number(handle, LDAP_OPT_SIZELIMIT, LDAP_NO_LIMIT);
  set_number(handle, LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT);
  ldap_set_option(handle, LDAP_OPT_TIMEOUT, &none);
  ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &none);  // with one, a TLS handshake spins
}

// The certificate chain is checked as the TLS context says, the host name as the handle says: so the handle's
// option is changed after the context has been made.
int set_tls_options(::ldap* handle, const Settings& settings) {
  const bool own_ca = !settings.ca_file.empty();
  const char* ca = own_ca ? settings.ca_file.c_str() : system_trust_store;
  set_text(handle, LDAP_OPT_X_TLS_CACERTFILE, own_ca || access(ca, R_OK) == 0 ? ca : nullptr);
  for (const int option : {LDAP_OPT_X_TLS_CACERTDIR, LDAP_OPT_X_TLS_CERTFILE, LDAP_OPT_X_TLS_KEYFILE,
                           LDAP_OPT_X_TLS_CIPHER_SUITE, LDAP_OPT_X_TLS_CRLFILE})
    set_text(handle, option, nullptr);
  set_number(handle, LDAP_OPT_X_TLS_CRLCHECK, LDAP_OPT_X_TLS_CRL_NONE);
  set_number(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2);
  set_number(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND);
  const int client = 0;
  const int made = ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &client);
  if (!settings.verify_hostname) set_number(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_ALLOW);
  return made;
}

// One read() fetches many messages; without it libldap makes four per answer. Below TLS it does the same for
// records.
void read_ahead(::ldap* handle) {
  Sockbuf* buffer = nullptr;
  if (ldap_get_option(handle, LDAP_OPT_SOCKBUF, &buffer) == LDAP_OPT_SUCCESS && buffer)
    ber_sockbuf_add_io(buffer, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_PROVIDER + 5, nullptr);
}

// libldap's first use fills tables of the process, and so does GnuTLS's.
std::mutex& setup_mutex() {
  static std::mutex mutex;
  return mutex;
}

Result<Dialed> adopt(Descriptor socket, const Endpoint& endpoint, const Settings& settings) {
  const std::lock_guard lock(setup_mutex());
  const bool local = endpoint.kind == Endpoint::Kind::Local;
  ::ldap* raw = nullptr;
  const int made =
      ldap_init_fd(socket.get(), local ? LDAP_PROTO_IPC : LDAP_PROTO_TCP, endpoint.uri.c_str(), &raw);
  if (made != LDAP_SUCCESS) return unavailable(endpoint, ldap_err2string(made));
  Dialed dialed;
  dialed.fd = socket.release();
  dialed.handle.reset(raw);
  set_operation_options(raw);
  read_ahead(raw);
  const bool tls = endpoint.kind == Endpoint::Kind::Tls || (settings.start_tls && !local);
  if (tls && set_tls_options(raw, settings) != LDAP_OPT_SUCCESS)
    return error(ErrorKind::Unavailable,
                 endpoint.uri + ": TLS cannot be set up; CA file: " +
                     (settings.ca_file.empty() ? std::string(system_trust_store) : settings.ca_file));
  return dialed;
}

// Waits for the one answer that can come now. 0, or an error.
Result<> await(const Endpoint& endpoint, ::ldap* handle, Deadline deadline, std::string_view what) {
  Message message;
  const std::string stage(what);
  switch (wait_for_message(handle, deadline, message)) {
    case Waited::Timeout:
      return unavailable(endpoint, "no answer to " + stage + " in time");
    case Waited::Broken:
      return unavailable(endpoint, "the connection was closed during " + stage);
    case Waited::Arrived:
      break;
  }
  std::string diagnostic;
  const int result = result_of(handle, message.get(), diagnostic);
  if (result == code::success) return {};
  Error failure = result_error(result, diagnostic, {});
  failure.detail = endpoint.uri + ": " + stage + ": " + failure.detail;
  return failure;
}

Result<> start_tls(const Endpoint& endpoint, ::ldap* handle, Deadline deadline) {
  int id = 0;
  const int sent = ldap_start_tls(handle, nullptr, nullptr, &id);
  if (sent != LDAP_SUCCESS) return unavailable(endpoint, ldap_err2string(sent));
  auto accepted = await(endpoint, handle, deadline, "StartTLS");
  if (accepted) return accepted;
  return error(ErrorKind::Unavailable, std::move(accepted.error().detail));
}

// libldap knows little more than that it failed. For "localhost" it wants the machine's own name in the
// certificate.
std::string tls_failure(const Endpoint& endpoint, const Settings& settings, int result,
                        const std::string& diagnostic) {
  std::string text = std::string("TLS failed (") + ldap_err2string(result);
  if (!diagnostic.empty() && diagnostic != "(unknown error code)") text += ": " + diagnostic;
  text += "); the certificate must come from an authority in " +
          (settings.ca_file.empty() ? std::string(system_trust_store) : settings.ca_file);
  if (settings.verify_hostname)
    text += " and name " + (endpoint.host == "localhost" ? "this machine's host name" : endpoint.host);
  return text;
}

Result<> handshake(const Endpoint& endpoint, const Settings& settings, const Dialed& dialed,
                   Watchdog& watchdog, Deadline deadline) {
  const auto guard = watchdog.watch(dialed.fd, deadline);
  set_blocking(dialed.fd, true);  // non-blocking, libldap would spin on GnuTLS
  const int made = ldap_install_tls(dialed.handle.get());
  if (guard.fired()) return unavailable(endpoint, "no end of the TLS handshake in time");
  if (made == LDAP_SUCCESS) {
    set_blocking(dialed.fd, false);
    return {};
  }
  return unavailable(endpoint, tls_failure(endpoint, settings, made, diagnostic_of(dialed.handle.get())));
}

Result<> bind(const Endpoint& endpoint, ::ldap* handle, const Identity& who, Deadline deadline) {
  // RFC 4513 5.1.2: a name without a password would be an anonymous bind that "succeeds".
  if (!who.external && !who.dn.empty() && who.password.empty())
    return error(ErrorKind::Unauthorized, endpoint.uri + ": no password for " + who.dn);
  const auto& secret = who.password.reveal();
  berval credentials{who.external ? 0 : secret.size(), const_cast<char*>(secret.data())};
  int id = 0;
  const int sent =
      ldap_sasl_bind(handle, who.external ? nullptr : who.dn.c_str(),
                     who.external ? "EXTERNAL" : LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, &id);
  if (sent != LDAP_SUCCESS) return unavailable(endpoint, ldap_err2string(sent));
  return await(endpoint, handle, deadline,
               who.external ? "bind (SASL EXTERNAL)" : "bind as \"" + who.dn + "\"");
}

}  // namespace

void Unbind::operator()(::ldap* handle) const {
  ldap_unbind_ext(handle, nullptr, nullptr);
}

Identity identity_of(const Settings& settings) {
  return {settings.bind_dn.str(), settings.password, settings.sasl_external};
}

Result<Dialed> dial(const Endpoint& endpoint, const Settings& settings, const Identity& who,
                    Watchdog& watchdog, Deadline deadline) {
  auto socket = connect_socket(endpoint, deadline);
  if (!socket) return socket.error();
  auto dialed = adopt(std::move(*socket), endpoint, settings);
  if (!dialed) return dialed.error();
  const auto until_called_off = watchdog.watch(dialed->fd, Deadline::max());
  if (settings.start_tls && endpoint.kind == Endpoint::Kind::Plain) {
    if (auto accepted = start_tls(endpoint, dialed->handle.get(), deadline); !accepted)
      return accepted.error();
  }
  if (endpoint.kind == Endpoint::Kind::Tls ||
      (settings.start_tls && endpoint.kind == Endpoint::Kind::Plain)) {
    if (auto secure = handshake(endpoint, settings, *dialed, watchdog, deadline); !secure)
      return secure.error();
    dialed->encrypted = true;
  }
  if (auto bound = bind(endpoint, dialed->handle.get(), who, deadline); !bound) return bound.error();
  return dialed;
}

}  // namespace dirbridge::ldap
