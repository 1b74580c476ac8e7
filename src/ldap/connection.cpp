#include "ldap/connection.hpp"

#include <ldap.h>
#include <sys/socket.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "ldap/dialect.hpp"
#include "ldap/message.hpp"
#include "ldap/result_code.hpp"
#include "ldap/search_call.hpp"
#include "ldap/socket.hpp"

namespace dirbridge::ldap {

namespace {

bool is_transport_failure(int result) {
  return result == LDAP_SERVER_DOWN || result == LDAP_CONNECT_ERROR || result == LDAP_UNAVAILABLE;
}

Error unreadable(const std::string& uri, const Error& why) {
  return error(ErrorKind::Unavailable, uri + ": the root DSE cannot be read: " + why.detail);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Endpoint& endpoint, const Settings& settings,
                                                     const Identity& who, Watchdog& watchdog,
                                                     Deadline deadline) {
  auto dialed = dial(endpoint, settings, who, watchdog, deadline);
  if (!dialed) return dialed.error();
  std::unique_ptr<Connection> connection(new Connection(std::move(*dialed), endpoint.uri));
  const auto until_called_off = connection->guarded_by(watchdog);
  if (auto known = connection->read_root_dse(settings, deadline); !known) return known.error();
  return connection;
}

Connection::Connection(Dialed dialed, std::string uri) : dialed_(std::move(dialed)), uri_(std::move(uri)) {
  in_flight_.reserve(max_in_flight);
  probe::connection_opened();
}

Connection::~Connection() {
  probe::connection_closed();
}

Result<> Connection::read_root_dse(const Settings& settings, Deadline deadline) {
  const directory::SearchRequest request{
      {}, directory::Scope::Base, directory::Filter::everything(), root_dse_attributes(), 0};
  SearchCall call(request, nullptr);
  Call* const calls[] = {&call};
  run(calls, deadline);
  const bool hidden = call.code() == code::no_such_object || call.code() == code::insufficient_access;
  if (!call.result() && !hidden) return unreadable(uri_, call.result().error());
  const auto none = directory::Attributes();  // hidden: then nothing is promised
  const auto& root_dse = call.entries().empty() ? none : call.entries().front().attributes;
  capabilities_ = capabilities_of(root_dse, settings);
  if (!has_context_csn(root_dse)) return {};
  for (const auto& name : root_dse.values("namingContexts"))
    if (auto dn = directory::Dn::parse(name); dn && !dn->empty()) naming_contexts_.push_back(std::move(*dn));
  return {};
}

Result<std::vector<std::string>> Connection::context_csns(Deadline deadline) {
  std::deque<directory::SearchRequest> requests;
  std::deque<SearchCall> searches;
  std::vector<Call*> calls;
  for (const auto& context : naming_contexts_)
    calls.push_back(
        &searches.emplace_back(requests.emplace_back(directory::at(context, {"contextCSN"})), nullptr));
  run(calls, deadline);
  std::vector<std::string> out;
  for (auto& search : searches) {
    if (!search.result() && search.code() < 0) return search.result().error();
    for (const auto& entry : search.entries()) {
      const auto& values = entry.attributes.values("contextCSN");
      out.insert(out.end(), values.begin(), values.end());
    }
  }
  return out;
}

void Connection::run(std::span<Call* const> calls, Deadline deadline) {
  std::size_t next = 0;
  Message message;
  while (!broken_ && remaining(deadline).count() > 0) {
    next += send(calls.subspan(next));
    if (broken_ || in_flight_.empty()) break;
    switch (wait_for_message(dialed_.handle.get(), deadline, message)) {
      case Waited::Arrived:
        receive(message.get());
        break;
      case Waited::Broken:
        break_off(lost("the connection was lost"));
        break;
      case Waited::Timeout:
        break;
    }
  }
  const Error late = error(ErrorKind::Timeout, "no answer from " + uri_ + " in time");
  if (!in_flight_.empty() || !again_.empty()) break_off(late);
  for (; next < calls.size(); ++next)
    if (broken_ && failure_.kind == ErrorKind::Unavailable)
      calls[next]->interrupt(failure_, true);
    else
      calls[next]->interrupt(late, false);
}

std::size_t Connection::send(std::span<Call* const> calls) {
  std::optional<Gathered> gathered;
  if (calls.size() + again_.size() > 1) gathered.emplace(dialed_.fd);
  while (!again_.empty() && in_flight_.size() < max_in_flight) {
    Call* call = again_.back();
    if (!send_one(*call)) return 0;
    again_.pop_back();
  }
  std::size_t sent = 0;
  while (sent < calls.size() && in_flight_.size() < max_in_flight && !broken_) {
    if (!send_one(*calls[sent])) break;
    ++sent;
  }
  return sent;
}

// False: not now. A request that the server does not read yet holds back the next one (LDAP_BUSY); the
// answers to what is in flight come first.
bool Connection::send_one(Call& call) {
  int id = 0;
  const int result = call.start({dialed_.handle.get(), capabilities_}, id);
  if (result == LDAP_SUCCESS) {
    call.mark_sent();
    in_flight_.push_back({id, &call});
    return true;
  }
  if (result == LDAP_BUSY && !in_flight_.empty()) return false;
  if (result == LDAP_BUSY || is_transport_failure(result)) {
    break_off(lost("the connection was lost"));
    return false;
  }
  call.fail(error(result_kind(result),
                  std::string("cannot be sent: ") + ldap_err2string(result) + ": " + call.subject()));
  return true;
}

void Connection::receive(::ldapmsg* message) {
  const int id = ldap_msgid(message);
  if (id == LDAP_RES_UNSOLICITED) {
    std::string diagnostic;
    result_of(dialed_.handle.get(), message, diagnostic);
    break_off(lost("the server ended the connection: " + diagnostic));
    return;
  }
  const auto found =
      std::find_if(in_flight_.rbegin(), in_flight_.rend(), [&](const InFlight& f) { return f.id == id; });
  if (found == in_flight_.rend()) return;
  const auto at = static_cast<std::size_t>(in_flight_.rend() - found) - 1;
  Call& call = *found->call;
  const Session session{dialed_.handle.get(), capabilities_};
  switch (ldap_msgtype(message)) {
    case LDAP_RES_SEARCH_REFERENCE:
    case LDAP_RES_INTERMEDIATE:
      return;
    case LDAP_RES_SEARCH_ENTRY:
      if (!call.take_entry(session, message) && in_flight_.size() == 1) abandon(at);
      return;
    default:
      if (call.take_result(session, message))
        count(call);
      else
        again_.push_back(&call);
      forget(at);
  }
}

// The call has what it wants. Only with nothing else in flight: an abandon request does not wait for its turn
// behind one that is half sent. When the server cannot be told, the stream may hold half a message: no
// further use.
void Connection::abandon(std::size_t at) {
  const auto [id, call] = in_flight_[at];
  count(*call);
  forget(at);
  if (ldap_abandon_ext(dialed_.handle.get(), id, nullptr, nullptr) != LDAP_SUCCESS)
    break_off(lost("the connection was lost"));
}

void Connection::forget(std::size_t at) {
  in_flight_[at] = in_flight_.back();
  in_flight_.pop_back();
}

void Connection::count(const Call& call) {
  probe::operation_done(call.verb(), call.result(), std::chrono::steady_clock::now() - call.started);
}

void Connection::break_off(Error why) {
  const bool connection_broke = why.kind == ErrorKind::Unavailable;
  broken_ = true;
  for (const auto& f : in_flight_) {
    f.call->interrupt(why, connection_broke);
    count(*f.call);
  }
  for (Call* call : again_) call->interrupt(why, connection_broke);
  in_flight_.clear();
  again_.clear();
  failure_ = std::move(why);
}

Error Connection::lost(std::string_view why) const {
  return error(ErrorKind::Unavailable, uri_ + ": " + std::string(why));
}

void Connection::cut() {
  ::shutdown(dialed_.fd, SHUT_RDWR);
}

bool Connection::alive() {
  if (broken()) return false;
  const auto waiting = pending(dialed_.fd);
  if (waiting == Pending::Closed) return false;
  if (waiting == Pending::Nothing && !has_buffered(dialed_.handle.get())) return true;
  Message message;  // the rest of an abandoned search is passed over here; a goodbye is not
  return poll_message(dialed_.handle.get(), message) == Waited::Timeout;
}

}  // namespace dirbridge::ldap
