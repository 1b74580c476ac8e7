#include "ldap_load.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace dirbridge::bench {
namespace {

constexpr std::size_t most_connections = 4;

}  // namespace

PreparedModifications::PreparedModifications(std::vector<LdapModification> modifications)
    : owned_(std::move(modifications)) {
  std::size_t values = 0;
  for (const LdapModification& m : owned_) values += m.values.size();
  const std::size_t count = owned_.size();
  values_ = std::make_unique<berval[]>(values);
  value_lists_ = std::make_unique<berval*[]>(values + count);
  mods_ = std::make_unique<LDAPMod[]>(count);
  list_ = std::make_unique<LDAPMod*[]>(count + 1);
  berval* value = values_.get();
  berval** value_list = value_lists_.get();
  for (std::size_t i = 0; i < count; ++i) {
    LdapModification& source = owned_[i];
    mods_[i].mod_op = source.operation | LDAP_MOD_BVALUES;
    mods_[i].mod_type = source.name.data();
    mods_[i].mod_bvalues = value_list;
    for (std::string& bytes : source.values) {
      *value = berval{bytes.size(), bytes.data()};
      *value_list++ = value++;
    }
    *value_list++ = nullptr;
    list_[i] = &mods_[i];
  }
}

struct LdapLoad::Slot {
  std::size_t channel = 0;
  bool busy = false;       // sent
  bool held_back = false;  // waits until the socket has room
  int id = 0;
  std::size_t job = 0;
  std::size_t entries = 0;
  SteadyTime sent;
};

struct LdapLoad::Channel {
  std::size_t index = 0;
  std::unique_ptr<LdapConnection> connection;
  std::vector<std::size_t> slots;
  bool waits_for_room = false;
};

struct LdapLoad::Run {
  const std::vector<LdapJob>& jobs;
  Schedule& schedule;
  SteadyTime end;
  Slice slice;
  std::size_t in_flight = 0;
};

Result<std::unique_ptr<LdapLoad>> LdapLoad::connect(const LdapTarget& target, std::size_t in_flight,
                                                    LdapSearchShape searches) {
  std::unique_ptr<LdapLoad> load(new LdapLoad);
  load->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  load->searches_ = std::move(searches);
  load->attribute_names_ = name_list(load->searches_.attributes);
  for (std::size_t i = 0; i < std::min(in_flight, most_connections); ++i) {
    auto connection = LdapConnection::open(target);
    if (!connection) return connection.error();
    auto channel = std::make_unique<Channel>();
    channel->index = i;
    channel->connection = std::move(*connection);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (::epoll_ctl(load->epoll_, EPOLL_CTL_ADD, channel->connection->descriptor(), &event) != 0)
      return error(ErrorKind::Internal, std::string("epoll_ctl: ") + std::strerror(errno));
    load->channels_.push_back(std::move(channel));
  }
  load->slots_.resize(in_flight);
  for (std::size_t slot = 0; slot < in_flight; ++slot) {
    load->slots_[slot].channel = slot % load->channels_.size();
    load->channels_[load->slots_[slot].channel]->slots.push_back(slot);
  }
  return load;
}

LdapLoad::~LdapLoad() {
  if (epoll_ >= 0) ::close(epoll_);
}

int LdapLoad::start(Slot& slot, LDAP* handle, const LdapJob& job) {
  switch (job.kind) {
    case LdapJob::Kind::Search:
      return ldap_search_ext(handle, searches_.base.c_str(), LDAP_SCOPE_SUBTREE, job.target.c_str(),
                             attribute_names_.empty() ? nullptr : attribute_names_.data(), 0, nullptr,
                             nullptr, nullptr, LDAP_NO_LIMIT, &slot.id);
    case LdapJob::Kind::Add:
      return ldap_add_ext(handle, job.target.c_str(), job.modifications.data(), nullptr, nullptr, &slot.id);
    case LdapJob::Kind::Modify:
      return ldap_modify_ext(handle, job.target.c_str(), job.modifications.data(), nullptr, nullptr,
                             &slot.id);
    case LdapJob::Kind::Delete:
      return ldap_delete_ext(handle, job.target.c_str(), nullptr, nullptr, &slot.id);
  }
  return LDAP_OTHER;
}

bool LdapLoad::send_next(std::size_t index, Run& run) {
  Slot& slot = slots_[index];
  slot.sent = std::chrono::steady_clock::now();
  if (slot.sent >= run.end) return true;
  const auto job = run.schedule.next(index);
  if (!job) return true;
  slot.job = *job;
  slot.entries = 0;
  ++run.in_flight;
  return send(index, run);
}

bool LdapLoad::send(std::size_t index, Run& run) {
  Slot& slot = slots_[index];
  Channel& channel = *channels_[slot.channel];
  const int code = start(slot, channel.connection->handle(), run.jobs[slot.job]);
  slot.busy = code == LDAP_SUCCESS;
  slot.held_back = code == LDAP_BUSY;
  if (slot.busy) return true;
  if (slot.held_back) {
    channel.waits_for_room = true;
    return watch(channel, true);
  }
  run.slice.fail(std::string("cannot send: ") + ldap_err2string(code));
  return false;
}

bool LdapLoad::send_held_back(Channel& channel, Run& run) {
  channel.waits_for_room = false;
  if (!watch(channel, false)) return false;
  return std::all_of(channel.slots.begin(), channel.slots.end(),
                     [&](std::size_t slot) { return !slots_[slot].held_back || send(slot, run); });
}

bool LdapLoad::watch(const Channel& channel, bool for_room) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (for_room) event.events |= EPOLLOUT;
  event.data.u64 = channel.index;
  return ::epoll_ctl(epoll_, EPOLL_CTL_MOD, channel.connection->descriptor(), &event) == 0;
}

// One readiness event can carry many messages, and read-ahead hides some from epoll: read until there is
// nothing.
bool LdapLoad::pump(Channel& channel, Run& run) {
  LDAP* handle = channel.connection->handle();
  for (;;) {
    timeval now{0, 0};
    LDAPMessage* raw = nullptr;
    const int type = ldap_result(handle, LDAP_RES_ANY, LDAP_MSG_ONE, &now, &raw);
    if (type == 0) return !channel.waits_for_room || send_held_back(channel, run);
    const Message message(raw);
    if (type < 0) {
      run.slice.fail("the directory broke a connection");
      return false;
    }
    if (!on_message(channel, raw, run)) return false;
  }
}

bool LdapLoad::on_message(Channel& channel, LDAPMessage* message, Run& run) {
  const int id = ldap_msgid(message);
  const auto found = std::find_if(channel.slots.begin(), channel.slots.end(), [&](std::size_t candidate) {
    return slots_[candidate].busy && slots_[candidate].id == id;
  });
  if (found == channel.slots.end()) return true;
  Slot& slot = slots_[*found];
  if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
    ++slot.entries;
    return true;
  }
  slot.busy = false;
  --run.in_flight;
  int code = LDAP_OTHER;
  ldap_parse_result(channel.connection->handle(), message, &code, nullptr, nullptr, nullptr, nullptr, 0);
  const bool is_search = run.jobs[slot.job].kind == LdapJob::Kind::Search;
  if (code == LDAP_SUCCESS && (!is_search || slot.entries == 1)) {
    run.slice.acknowledge(slot.job, slot.sent, std::chrono::steady_clock::now());
  } else {
    run.slice.fail(run.jobs[slot.job].target + ": " + ldap_err2string(code) + ", " +
                   std::to_string(slot.entries) + " entries");
  }
  return send_next(*found, run);
}

Slice LdapLoad::run(const std::vector<LdapJob>& jobs, Schedule& schedule,
                    std::chrono::milliseconds duration) {
  const SteadyTime begin = std::chrono::steady_clock::now();
  Run run{jobs, schedule, begin + duration, {}, 0};
  bool intact = true;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) intact = intact && send_next(slot, run);
  std::array<epoll_event, most_connections> events;
  while (intact && run.in_flight > 0) {
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      run.slice.fail("the directory was silent");
      intact = false;
    }
    for (int i = 0; i < ready && intact; ++i)
      intact = pump(*channels_[static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64)], run);
  }
  run.slice.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::move(run.slice);
}

}  // namespace dirbridge::bench
