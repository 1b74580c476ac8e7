#pragma once
// A directory that others have lived in: people in sub-units, under names of several kinds, and a connection
// that comes to it.
#include <gmock/gmock.h>

#include "connection_fixture.hpp"

namespace dirbridge::test {

class LivedIn : public ConnectionFixture {
 protected:
  void SetUp() override;
  void TearDown() override;

  // The bridge starts again, with other options.
  void reopen(const TestConnection::Adjust& adjust = [](mapping::Rules&) {});
  void reopen_adopting(std::vector<mapping::MatchBy> by);
  TestConnection& at() { return *at_; }

  std::string emea(const std::string& rdn) { return rdn + ",ou=emea," + server().user_base(); }
  // An inetOrgPerson; `more` has its attributes but objectClass.
  void by_hand(const std::string& dn, const std::string& more);

  Result<json::object> try_post(const std::string& name, const std::string& more = {});
  std::string post(const std::string& name, const std::string& more = {});  // the id
  Result<provision::Patched> try_patch(const std::string& id, const std::string& value);
  void patch(const std::string& id, const std::string& value);
  Result<> try_remove(const std::string& id) { return at().users->remove(id, {}, soon()); }
  Result<bool> try_apply(const std::string& id) { return at().users->converge(id, soon()); }
  std::vector<std::string> lines_of(const std::string& dn);  // of its LDIF, sorted
  std::vector<std::string> user_names(const std::string& filter);
  // In the order in which products read them.
  std::vector<std::string> uids(const std::string& dn);
  // The DNs that products find by a login name.
  std::vector<std::string> found_by_login(const std::string& login);

 private:
  std::unique_ptr<TestConnection> at_;
};

}  // namespace dirbridge::test
