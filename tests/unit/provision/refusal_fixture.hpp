#pragma once
// A connection over a directory in memory that refuses, for good, what a test says.
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/between.hpp"
#include "support/dn.hpp"
#include "support/left_notes.hpp"
#include "support/memory_connection.hpp"
#include "support/scim_messages.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace json = boost::json;

inline constexpr const char* team = "cn=team,ou=groups,dc=example,dc=org";

inline std::string uid(const std::string& name, const std::string& unit = "people") {
  return "uid=" + name + ",ou=" + unit + ",dc=example,dc=org";
}

template <class T>
std::string said(const Result<T>& result) {
  return result ? std::string() : std::string(to_string(result.error().kind)) + ": " + result.error().detail;
}

class RefusedRemoval : public testing::Test {
 protected:
  RefusedRemoval() { reopen(); }

  // The bridge starts again, with other rules.
  void reopen(const std::function<void(mapping::Rules&)>& adjust = [](mapping::Rules&) {}) {
    okta_ = std::make_unique<ConnectionParts>(directory_, memory_rules("okta", adjust), nullptr, &left_);
  }

  std::string add(const std::string& name) {
    const auto made = okta_->users->create(user_message(name), soon());
    EXPECT_EQ(said(made), "");
    return made ? std::string(made->at("id").as_string()) : std::string();
  }
  std::string add_group(const std::string& name, const std::vector<std::string>& ids) {
    auto body = group_message(name);
    body["members"] = members_of(ids);
    const auto made = okta_->groups->create(body, soon());
    EXPECT_EQ(said(made), "");
    return made ? std::string(made->at("id").as_string()) : std::string();
  }
  // A group of an administrator, with members by hand.
  void add_by_hand(const std::vector<std::string>& members) {
    world_.add(team, {{"objectClass", {"groupOfNames"}}, {"cn", {"team"}}, {"member", members}});
  }
  void add_unit(const std::string& name) {
    world_.add("ou=" + name + ",dc=example,dc=org", {{"objectClass", {"organizationalUnit"}}});
  }

  std::string disable(const std::string& id) { return patch(id, "active", false); }
  std::string patch(const std::string& id, const std::string& path, const json::value& value) {
    return said(okta_->users->patch(id, patch_message("replace", path, value), {}, provision::Members::Leave,
                                    soon()));
  }
  std::string put(const std::string& id, const std::string& name, bool active) {
    auto body = user_message(name);
    body["active"] = active;
    return said(okta_->users->replace(id, body, {}, soon()));
  }
  std::string remove(const std::string& id) { return said(okta_->users->remove(id, {}, soon())); }

  std::string version_of(const std::string& id) {
    const auto found = okta_->users->find(id, provision::Members::Leave, soon());
    EXPECT_EQ(said(found), "");
    return found ? std::string(found->at("meta").at("version").as_string()) : std::string();
  }

  void refuse(std::function<bool(const directory::Change&)> which) {
    directory_.before = Between::refused_when(std::move(which));
  }
  void refuse_nothing() { directory_.before = nullptr; }
  void refuse_changes_of(const std::string& name) {
    refuse([name](const auto& change) { return changes_entry(change, name); });
  }

  std::vector<std::string> values(const std::string& name, const std::string& attribute) {
    const auto entry = directory::read(world_.directory(), dn(name), {attribute}, soon());
    EXPECT_TRUE(entry && *entry) << name;
    return entry && *entry ? (*entry)->attributes.values(attribute) : std::vector<std::string>();
  }
  bool exists(const std::string& name) {
    const auto entry = directory::read(world_.directory(), dn(name), {"1.1"}, soon());
    return entry && *entry;
  }
  void expect_disabled(const std::string& name) {
    EXPECT_THAT(values(name, "dirbridgeActive"), testing::ElementsAre("FALSE")) << name;
  }

  MemoryWorld world_;
  Between directory_{world_.directory()};
  LeftNotes left_;
  std::unique_ptr<ConnectionParts> okta_;
};

}  // namespace dirbridge::test
