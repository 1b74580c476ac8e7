#pragma once
// Connections with group options on a private slapd: what identity providers do, and what readers then see.
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "connection_fixture.hpp"

namespace dirbridge::test {

class GroupOption : public SlapdFixture {
 protected:
  using Adjust = std::function<void(mapping::GroupOptions&)>;
  using Names = std::vector<std::string>;

  void TearDown() override;

  // Again with other options: the bridge was restarted with another configuration.
  TestConnection& connect(const Adjust& adjust, const std::string& name = "okta");
  TestConnection& connect_with(const TestConnection::Adjust& adjust, const std::string& name = "okta");
  TestConnection& at(const std::string& name = "okta");

  // The ids of what was made.
  std::string add_user(const std::string& name, const std::string& connection = "okta");
  std::string add_group(const std::string& name, const Names& member_ids, const std::string& connection = "okta");
  Result<json::object> try_group(const std::string& name, const Names& member_ids,
                                 const std::string& connection = "okta");
  void change(const std::string& group, const std::string& op, const Names& member_ids,
              const std::string& connection = "okta");
  void rename(const std::string& group, const std::string& name, const std::string& connection = "okta");
  void set_active(const std::string& user, bool active);
  // Members as the identity provider reads them back, sorted.
  Names members(const std::string& group, const std::string& connection = "okta");
  json::object shown(const std::string& group, const std::string& connection = "okta");
  // Converges every user and group, then the rest; true when anything was written.
  bool converge(const std::string& connection = "okta");

  // Logins of the users in a directory group, sorted; other members as their whole DN.
  Names people_in(const std::string& group);
  bool has_group(const std::string& group);
  void make_by_hand(const std::string& group, const Names& logins);
  void ldif(const std::string& text);
  std::string user_dn(const std::string& name) { return "uid=" + name + "," + server().user_base(); }
  std::string group_dn(const std::string& name) { return "cn=" + name + "," + server().group_base(); }
  directory::Dn group(const std::string& name) { return directory::Dn::parse(group_dn(name)).value(); }
  // Entries below the bridge base that match.
  std::size_t records(const std::string& filter);

 private:
  std::map<std::string, std::unique_ptr<TestConnection>> connections_;
};

}  // namespace dirbridge::test
