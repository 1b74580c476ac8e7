// TLS in its two forms, the local socket, and who may bind.
#include "fake_server.hpp"
#include "pool_fixture.hpp"

namespace dirbridge::test {
namespace {

using testing::HasSubstr;

class Security : public SharedSlapdFixture<Security> {
 public:
  static slapd::Options options() {
    auto options = fast_slapd_options();
    options.tls = true;
    options.ldapi = true;
    return options;
  }

 protected:
  static ldap::Settings ldaps() {
    auto settings = settings_for(server());
    settings.uris = {server().ldaps_uri()};
    settings.ca_file = server().ca_file();
    return settings;
  }
  static ldap::Settings start_tls() {
    auto settings = settings_for(server());
    settings.start_tls = true;
    settings.ca_file = server().ca_file();
    return settings;
  }
  static Result<> use(const ldap::Settings& settings) {
    ldap::Pool pool(settings);
    const auto entry = directory::read(pool, dn(server().user_base()), {"ou"}, soon());
    if (!entry) return entry.error();
    EXPECT_TRUE(*entry);
    return {};
  }
};

TEST_F(Security, LdapsWithItsAuthority) {
  const auto result = use(ldaps());
  EXPECT_TRUE(result) << detail(result);
}

TEST_F(Security, StartTlsWithItsAuthority) {
  const auto result = use(start_tls());
  EXPECT_TRUE(result) << detail(result);
}

TEST_F(Security, UnknownAuthorityIsNoConnection) {
  for (auto settings : {ldaps(), start_tls()}) {
    settings.ca_file.clear();
    EXPECT_KIND(ErrorKind::Unavailable, use(settings));
    settings.verify_hostname = false;
    EXPECT_KIND(ErrorKind::Unavailable, use(settings)) << "the name need not match, the authority must";
  }
}

TEST_F(Security, AuthorityFileThatIsMissingIsNamed) {
  auto settings = ldaps();
  settings.ca_file = "/nonexistent/ca.pem";
  const auto result = use(settings);
  EXPECT_KIND(ErrorKind::Unavailable, result);
  EXPECT_THAT(result.error().detail, HasSubstr("/nonexistent/ca.pem"));
}

TEST_F(Security, OtherHostNameIsNoConnectionUnlessAllowed) {
  for (auto settings : {ldaps(), start_tls()}) {
    const std::string uri = settings.uris.front();
    const int port = std::stoi(uri.substr(uri.rfind(':') + 1));
    // The same server at an address that its certificate does not have.
    const FakeServer door([port](Session& s) { s.forward_to(port); }, "127.0.0.2");
    settings.uris.front() = door.uri(uri.substr(0, uri.find(':')));
    const auto refused = use(settings);
    EXPECT_KIND(ErrorKind::Unavailable, refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("and name 127.0.0.2"));
    settings.verify_hostname = false;
    const auto result = use(settings);
    EXPECT_TRUE(result) << detail(result);
  }
}

TEST_F(Security, ManyMessagesOverTls) {
  ldap::Pool pool(ldaps());
  std::vector<directory::Change> changes;
  for (int i = 0; i < 1'200; ++i) changes.push_back(add_user(server(), "tls" + std::to_string(i)));
  for (const auto& result : pool.apply_all(changes, soon())) ASSERT_TRUE(result) << detail(result);
  int seen = 0;
  const directory::SearchRequest all{dn(server().user_base()),
                                     directory::Scope::OneLevel,
                                     directory::Filter::starts_with("uid", "tls"),
                                     {},
                                     500};
  const auto result = pool.search(all, soon(), [&](directory::Entry&&) { return ++seen > 0; });
  EXPECT_TRUE(result) << detail(result);
  EXPECT_EQ(seen, 1'200);
}

TEST_F(Security, LocalSocketKnowsWhoAsks) {
  auto settings = settings_for(server());
  settings.uris = {server().ldapi_uri()};
  settings.bind_dn = {};
  settings.password = Secret();
  settings.sasl_external = true;
  ldap::Pool pool(settings);
  const auto result = pool.apply(add_user(server(), "local"), {"entryUUID"}, soon());
  EXPECT_TRUE(result) << detail(result);
}

TEST_F(Security, WrongPasswordIsUnavailableToCallersAndUnauthorizedToTheAdministrator) {
  auto settings = settings_for(server());
  settings.password = Secret("wrong");
  ldap::Pool pool(settings);
  const auto result = pool.capabilities(soon());
  EXPECT_KIND(ErrorKind::Unavailable, result);
  EXPECT_THAT(result.error().detail, HasSubstr("invalidCredentials"));
  const auto diagnoses = pool.diagnose(soon());
  ASSERT_EQ(diagnoses.size(), 1U);
  ASSERT_TRUE(diagnoses.front().failure);
  EXPECT_EQ(diagnoses.front().failure->kind, ErrorKind::Unauthorized);
}

TEST_F(Security, EmptyPasswordIsNeverSent) {
  auto settings = settings_for(server());
  settings.password = Secret();
  EXPECT_KIND(ErrorKind::Unavailable, use(settings));
}

TEST_F(Security, DiagnosisTellsWhatAConnectionIsLike) {
  auto settings = ldaps();
  settings.uris.push_back("ldap://127.0.0.1:1");
  ldap::Pool pool(settings);
  const auto diagnoses = pool.diagnose(soon());
  ASSERT_EQ(diagnoses.size(), 2U);
  EXPECT_EQ(diagnoses[0].uri, server().ldaps_uri());
  EXPECT_TRUE(diagnoses[0].encrypted);
  EXPECT_EQ(diagnoses[0].capabilities.vendor, "OpenLDAP");
  EXPECT_FALSE(diagnoses[0].failure);
  ASSERT_TRUE(diagnoses[1].failure);
  EXPECT_EQ(diagnoses[1].failure->kind, ErrorKind::Unavailable);
}

TEST_F(Security, AuthenticateTellsRightFromWrong) {
  ldap::Pool pool(ldaps());
  auto user = add_user(server(), "logs in");
  std::get<directory::Add>(user.operation).attributes.add("userPassword", "right");
  ASSERT_TRUE(pool.apply(user, {}, soon()));
  const auto who = user_dn(server(), "logs in");
  const auto right = pool.authenticate(who, Secret("right"), soon());
  EXPECT_TRUE(right) << detail(right);
  EXPECT_KIND(ErrorKind::Unauthorized, pool.authenticate(who, Secret("wrong"), soon()));
  EXPECT_KIND(ErrorKind::Unauthorized, pool.authenticate(who, Secret(), soon()));
  EXPECT_KIND(ErrorKind::Unauthorized, pool.authenticate({}, Secret("right"), soon()));
  EXPECT_KIND(ErrorKind::Unauthorized,
              pool.authenticate(user_dn(server(), "absent"), Secret("right"), soon()));
}

}  // namespace
}  // namespace dirbridge::test
