#include <algorithm>

#include "scenarios.hpp"

namespace dirbridge::bench {
namespace {

constexpr std::string_view id_key = "\"id\":\"";
constexpr std::size_t id_length = 36;

void collect_ids(std::string_view body, std::vector<std::string>& ids) {
  for (std::size_t at = body.find(id_key); at != std::string_view::npos;
       at = body.find(id_key, at + id_length)) {
    at += id_key.size();
    ids.emplace_back(body.substr(at, id_length));
  }
}

// Both sides read whole lists one after the other. What a list held is compared with the directory between
// the lists, outside the measured time.
class Listing final : public Scenario {
 public:
  Listing(Stage& stage, std::unique_ptr<HttpLoad> http, std::unique_ptr<LdapConnection> ldap,
          std::size_t page_size, std::vector<std::string> expected)
      : stage_(stage),
        http_(std::move(http)),
        ldap_(std::move(ldap)),
        page_size_(page_size),
        expected_(std::move(expected)) {}

  Slice bridge_slice(std::chrono::milliseconds duration) override {
    return slice(duration, [this](Slice& result) { return bridge_list(result); });
  }
  Slice direct_slice(std::chrono::milliseconds duration) override {
    return slice(duration, [this](Slice& result) { return direct_list(result); });
  }
  Result<> verify() override { return std::move(failure_); }

 private:
  template <class List>
  Slice slice(std::chrono::milliseconds duration, List list);
  Result<std::vector<std::string>> bridge_list(Slice& result);
  Result<std::vector<std::string>> direct_list(Slice& result);

  Stage& stage_;
  std::unique_ptr<HttpLoad> http_;
  std::unique_ptr<LdapConnection> ldap_;
  std::size_t page_size_;
  std::vector<std::string> expected_;
  Result<> failure_;
};

template <class List>
Slice Listing::slice(std::chrono::milliseconds duration, List list) {
  Slice result;
  do {
    const SteadyTime begin = std::chrono::steady_clock::now();
    auto ids = list(result);
    result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!ids) {
      result.fail(ids.error().detail);
      return result;
    }
    result.listed += ids->size();
    auto same = expect_same("users in a list", expected_, *ids);
    if (!same && failure_) failure_ = std::move(same);
  } while (result.seconds * 1000 < static_cast<double>(duration.count()));
  return result;
}

Result<std::vector<std::string>> Listing::bridge_list(Slice& result) {
  std::vector<std::string> ids;
  for (std::size_t start = 1;; start += page_size_) {
    const std::string path =
        "/Users?startIndex=" + std::to_string(start) + "&count=" + std::to_string(page_size_);
    const SteadyTime sent = std::chrono::steady_clock::now();
    auto answer = http_->exchange(stage_.bridge.request("GET", path, {}));
    if (!answer) return answer.error();
    if (answer->status != 200)
      return error(ErrorKind::Refused,
                   "status " + std::to_string(answer->status) + " " + answer->body.substr(0, 300));
    result.acknowledge(0, sent, std::chrono::steady_clock::now());
    const std::size_t before = ids.size();
    collect_ids(answer->body, ids);
    if (ids.size() == before || ids.size() >= expected_.size()) return ids;
  }
}

Result<std::vector<std::string>> Listing::direct_list(Slice& result) {
  std::vector<std::string> ids;
  const LdapQuery query{stage_.user_base, LDAP_SCOPE_SUBTREE, "(objectClass=dirbridgeUser)",
                        record_attributes()};
  SteadyTime sent = std::chrono::steady_clock::now();
  auto done = ldap_->search_pages(query, static_cast<int>(page_size_), [&](LDAPMessage* page) {
    LDAP* handle = ldap_->handle();
    for (LDAPMessage* m = ldap_first_entry(handle, page); m != nullptr; m = ldap_next_entry(handle, m)) {
      berval** values = ldap_get_values_len(handle, m, "dirbridgeId");
      if (values != nullptr && *values != nullptr) ids.emplace_back((*values)->bv_val, (*values)->bv_len);
      ldap_value_free_len(values);
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    result.acknowledge(0, sent, now);
    sent = now;
  });
  if (!done) return done.error();
  return ids;
}

}  // namespace

NewScenario make_listing(Stage& stage, std::size_t page_size) {
  auto http = HttpLoad::connect(stage.bridge.port(), 1);
  if (!http) return http.error();
  auto ldap = LdapConnection::open(stage.target);
  if (!ldap) return ldap.error();
  auto stored = stored_users(stage);
  if (!stored) return stored.error();
  std::vector<std::string> expected;
  for (const StoredUser& user : *stored) expected.push_back(user.id);
  return std::make_unique<Listing>(stage, std::move(*http), std::move(*ldap), page_size, std::move(expected));
}

}  // namespace dirbridge::bench
