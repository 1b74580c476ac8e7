#pragma once
// A connection on a private slapd: the operations as a request would call them, and the directory to look at.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "ldap/pool.hpp"
#include "provision/doors/resources.hpp"
#include "provision/upkeep/sweep.hpp"
#include "support/connection_parts.hpp"
#include "support/slapd_fixture.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {

namespace json = boost::json;

struct PoolHolder {
  ldap::Pool pool;
};

// The parts of one connection over a pool of its own.
struct TestConnection : PoolHolder, ConnectionParts {
  using Adjust = std::function<void(mapping::Rules&)>;
  TestConnection(
      slapd::PrivateSlapd& server, const std::string& name, const Adjust& adjust = [](mapping::Rules&) {},
      provision::Handover* handover = nullptr, sync::Journal* journal = nullptr);
};

// The rules of a connection of that name on a server with these places.
mapping::Rules rules_on(const slapd::Names& names, const std::string& connection,
                        const TestConnection::Adjust& adjust);
ldap::Settings settings_for(const std::string& uri, const std::string& bind_dn, const Secret& password);
// Of somebody who may write everything.
ldap::Settings as_administrator(const slapd::PrivateSlapd& server);

class ConnectionFixture : public SlapdFixture {
 protected:
  void SetUp() override;
  void TearDown() override;

  provision::Resources& users() { return *connection_->users; }
  provision::Resources& groups() { return *connection_->groups; }
  TestConnection& connection() { return *connection_; }

  // Fails the test when the directory refuses.
  json::object add_user(const std::string& name, const std::string& more = {});
  json::object add_group(const std::string& name, const std::vector<std::string>& member_ids);
  json::object patch_group(const std::string& id, const std::string& operations);
  json::object group(const std::string& id);
  std::vector<std::string> member_ids(const json::object& group);

  std::vector<std::string> values(const std::string& dn, const std::string& attribute);
  bool exists(const std::string& dn);
  std::string user_dn(const std::string& name) { return "uid=" + name + "," + server().user_base(); }
  std::string group_dn(const std::string& name) { return "cn=" + name + "," + server().group_base(); }

 private:
  std::unique_ptr<TestConnection> connection_;
};

std::string id_of(const json::object& resource);
json::value member_operation(const std::string& op, const std::vector<std::string>& ids);

}  // namespace dirbridge::test
