// `dirbridge check` against servers that are right, and wrong in one respect each.
#include "doctor/check.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "doctor/parts.hpp"
#include "ldap/pool.hpp"
#include "support/dn.hpp"
#include "support/finding_line.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::doctor {
namespace {

using test::dn;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Check : public testing::Test {
 protected:
  void start(slapd::Options options) {
    server_ = test::start_slapd(std::move(options));
    config_.uris = {server_->uri()};
    config_.bind = config::BindConfig{dn(server_->bridge_dn()), secret("bridge", server_->bridge_password())};
    config_.atlassian =
        config::BindConfig{dn(server_->reader_dn()), secret("reader", server_->reader_password())};
    config_.user_base = dn(server_->user_base());
    config_.group_base = dn(server_->group_base());
    config_.bridge_base = dn(server_->bridge_base());
    config_.placeholder_member = dn("cn=dirbridge-placeholder");
    config_.pool_size = 2;
  }
  // The bridge as the local user, who may read and change cn=config.
  void start_local(slapd::Options options) {
    options.ldapi = true;
    start(std::move(options));
    config_.uris = {server_->ldapi_uri()};
    config_.bind.reset();
    config_.sasl_external = true;
    configure({directory::Modification::Op::Add, "olcLimits", {limit_without_key(bridge_identity(config_))}});
  }

  config::SecretSource secret(const std::string& name, const Secret& value) const {
    return {config::SecretSource::From::File, folder_.file(name, value.reveal() + "\n")};
  }
  static std::string limit_without_key(const directory::Dn& who) {
    return limits_fix(who).substr(std::string("olcLimits: ").size());
  }

  void add_people(int users, int groups) const {
    std::string ldif;
    for (int i = 0; i < users; ++i) {
      const auto uid = "user" + std::to_string(i);
      ldif += "dn: uid=" + uid + "," + server_->user_base() +
              "\nobjectClass: inetOrgPerson\nobjectClass: dirbridgeUser\nuid: " + uid + "\ncn: " + uid +
              "\nsn: " + uid +
              "\ndirbridgeConnection: entra\ndirbridgeActive: TRUE\ndirbridgeResource: {}\nuserPassword: x\n"
              "dirbridgeId: 00000000-0000-7000-8000-0000000000" +
              (i < 10 ? "0" : "") + std::to_string(i) + "\n\n";
    }
    for (int i = 0; i < groups; ++i) {
      ldif += "dn: cn=group" + std::to_string(i) + "," + server_->group_base() +
              "\nobjectClass: groupOfNames\nmember: uid=user0," + server_->user_base() + "\n\n";
    }
    const auto added = test::ldap_add(*server_, test::As::Bridge, ldif);
    ASSERT_EQ(added.exit_code, 0) << added.output;
  }

  // A change of the database's own configuration, or that of another entry of cn=config.
  void configure(directory::Modification modification,
                 const std::string& entry = "olcDatabase={1}mdb,cn=config") const {
    ldap::Pool local(config::ldap_settings(config_).value());
    directory::Modify modify{dn(entry), {std::move(modification)}, false, std::nullopt};
    const auto done = local.apply({std::move(modify), "test"}, {}, deadline_in(std::chrono::seconds(20)));
    ASSERT_TRUE(done) << done.error().detail;
  }
  std::vector<std::string> configured(const std::string& attribute) const {
    ldap::Pool local(config::ldap_settings(config_).value());
    const auto entry = directory::read(local, dn("olcDatabase={1}mdb,cn=config"), {attribute},
                                       deadline_in(std::chrono::seconds(20)));
    return *entry.value()->attributes.find(attribute);
  }
  // Replaces `from` in the values of an attribute of the database's configuration.
  void reconfigure(const std::string& attribute, const std::string& from, const std::string& to) const {
    auto values = configured(attribute);
    int replaced = 0;
    for (auto& value : values) {
      const auto at = value.find(from);
      if (at == std::string::npos) continue;
      value.replace(at, from.size(), to);
      ++replaced;
    }
    ASSERT_GT(replaced, 0) << from;
    configure({directory::Modification::Op::Replace, attribute, values});
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& finding : check_directory("main", config_, deadline_in(std::chrono::seconds(60)))) {
      all.push_back(line_of(finding));
    }
    return all;
  }
  static std::vector<std::string> only(const std::string& verdict, const std::vector<std::string>& all) {
    std::vector<std::string> some;
    for (const auto& line : all) {
      if (line.starts_with(verdict)) some.push_back(line);
    }
    return some;
  }
  std::vector<std::string> problems() const { return only("problem", lines()); }
  std::string left_below_bridge_base() const {
    return test::ldap_search(*server_, test::As::Admin, {"-b", server_->bridge_base(), "-s", "one", "1.1"})
        .output;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<slapd::PrivateSlapd> server_;
  config::DirectoryConfig config_;
};

testing::Matcher<std::string> problem(const std::string& what) {
  return AllOf(StartsWith("problem "), HasSubstr(what));
}

TEST_F(Check, a_healthy_directory_has_no_problem_and_no_warning) {
  start_local(test::fast_slapd_options());
  add_people(3, 2);
  const auto all = lines();
  EXPECT_THAT(only("problem", all), testing::IsEmpty());
  EXPECT_THAT(only("warning", all), testing::IsEmpty());
  EXPECT_THAT(all, Contains(HasSubstr("connected and bound to ldapi://")));
  EXPECT_THAT(all, Contains(HasSubstr("adds, changes, reads back and deletes below bridge_base")));
  EXPECT_THAT(all, Contains(HasSubstr("every attribute that is searched has its eq index")));
  EXPECT_THAT(all, Contains(HasSubstr("member has an eq index")));
  EXPECT_THAT(all, Contains(HasSubstr("size limit: none for the bridge's account")));
  EXPECT_THAT(all, Contains(HasSubstr("size limit: none for the products' account")));
  EXPECT_THAT(all, Contains(HasSubstr("their account sees 3 of 3 users")));
  EXPECT_THAT(all, Contains(HasSubstr("their account sees 2 of 2 groups")));
  EXPECT_THAT(all, Contains(HasSubstr("sees no password and nothing of the bridge's own records")));
}

TEST_F(Check, leaves_nothing_behind) {
  start(test::fast_slapd_options());
  lines();
  EXPECT_EQ(test::count_entries(left_below_bridge_base()), 0U);
}

TEST_F(Check, without_cn_config_says_what_cannot_be_told) {
  start(test::fast_slapd_options());
  add_people(1, 1);
  const auto all = lines();
  EXPECT_THAT(only("problem", all), testing::IsEmpty());
  EXPECT_THAT(all, Contains(AllOf(StartsWith("unknown "), HasSubstr("indexes cannot be seen"))));
  EXPECT_THAT(
      all, Contains(AllOf(StartsWith("unknown "), HasSubstr("size limit: cannot tell for the products'"))));
}

TEST_F(Check, a_server_that_is_away) {
  start(test::fast_slapd_options());
  ASSERT_TRUE(server_->stop(deadline_in(std::chrono::seconds(10))));
  EXPECT_THAT(lines(), testing::ElementsAre(problem(server_->uri())));
}

TEST_F(Check, one_server_of_two_away_is_a_warning) {
  start(test::fast_slapd_options());
  const auto other = test::start_slapd(test::fast_slapd_options());
  config_.uris.insert(config_.uris.begin(), other->uri());
  ASSERT_TRUE(other->stop(deadline_in(std::chrono::seconds(10))));
  const auto all = lines();
  EXPECT_THAT(only("warning", all), Contains(HasSubstr(other->uri())));
  EXPECT_THAT(only("problem", all), testing::IsEmpty());
}

TEST_F(Check, a_wrong_password_names_its_place_and_not_its_text) {
  start(test::fast_slapd_options());
  config_.bind->password = {config::SecretSource::From::File, folder_.file("wrong", "hunter2-hunter2\n")};
  const auto all = lines();
  EXPECT_THAT(all, testing::ElementsAre(AllOf(problem("main: "), HasSubstr(folder_.path() + "/wrong"),
                                              Not(HasSubstr("hunter2")))));
}

TEST_F(Check, a_wrong_password_of_the_products) {
  start(test::fast_slapd_options());
  config_.atlassian->password = {config::SecretSource::From::File,
                                 folder_.file("wrong", "hunter2-hunter2\n")};
  EXPECT_THAT(problems(), testing::ElementsAre(AllOf(problem("cannot bind"), Not(HasSubstr("hunter2")))));
}

// The schema without its classes: the server would not start without the attributes, as its indexes name
// them.
TEST_F(Check, a_missing_schema) {
  std::ostringstream schema;
  schema << std::ifstream(SCHEMA_LDIF).rdbuf();
  auto text = schema.str();
  text.resize(text.find("olcObjectClasses:"));
  auto options = test::fast_slapd_options();
  options.schema_file = folder_.file("schema.ldif", text);
  start(options);
  EXPECT_THAT(
      problems(),
      Contains(AllOf(problem("no class dirbridgeGroup, dirbridgeMappedGroup, dirbridgeRecord, dirbridgeUser"),
                     HasSubstr("ldapadd -Y EXTERNAL"))));
}

TEST_F(Check, a_missing_base) {
  start(test::fast_slapd_options());
  config_.group_base = dn("ou=nowhere,dc=example,dc=org");
  EXPECT_THAT(problems(), Contains(problem("group_base ou=nowhere,dc=example,dc=org does not exist")));
}

TEST_F(Check, a_placeholder_that_exists) {
  start(test::fast_slapd_options());
  config_.placeholder_member = dn(server_->reader_dn());
  EXPECT_THAT(problems(), Contains(problem("placeholder_member")));
}

TEST_F(Check, a_bridge_that_may_not_write) {
  start(test::fast_slapd_options());
  config_.bind = config_.atlassian;
  EXPECT_THAT(problems(),
              Contains(AllOf(problem("cannot add an entry below bridge_base"), HasSubstr("olcAccess"))));
}

TEST_F(Check, products_that_may_not_search_the_mark) {
  start_local(test::fast_slapd_options());
  add_people(3, 1);
  reconfigure("olcAccess", server_->reader_dn() + "\" search", server_->reader_dn() + "\" none");
  EXPECT_THAT(problems(),
              testing::ElementsAre(AllOf(problem("may not search dirbridgeActive"),
                                         HasSubstr("delete all 3 users"), HasSubstr("olcAccess"))));
}

TEST_F(Check, products_that_may_not_read_the_name) {
  start_local(test::fast_slapd_options());
  add_people(3, 1);
  configure({directory::Modification::Op::Add,
             "olcAccess",
             {"{0}to dn.children=\"" + server_->user_base() + "\" attrs=entryUUID,mail by dn.exact=\"" +
              server_->reader_dn() + "\" none by * break"}});
  EXPECT_THAT(problems(), testing::ElementsAre(problem("cannot read entryUUID")));
}

TEST_F(Check, products_that_see_too_much) {
  start(test::fast_slapd_options());
  add_people(1, 1);
  config_.atlassian = config_.bind;
  EXPECT_THAT(problems(), Contains(AllOf(problem("can see or search"), HasSubstr("dirbridgeResource"))));
}

TEST_F(Check, a_limit_that_cuts_the_products_listing) {
  auto options = test::fast_slapd_options();
  options.reader_size_limit = 2;
  start(options);
  add_people(5, 1);
  EXPECT_THAT(problems(), Contains(problem("the listing is cut at 2 of 5 users")));
}

TEST_F(Check, a_limit_that_will_cut_one_day) {
  auto options = test::fast_slapd_options();
  options.reader_size_limit = 500;
  start_local(options);
  add_people(1, 1);
  EXPECT_THAT(problems(),
              testing::ElementsAre(AllOf(problem("the products' account gets 500 entries at most"),
                                         HasSubstr("size.soft=unlimited size.hard=unlimited"))));
}

TEST_F(Check, the_locks_overlay_is_missing) {
  start_local(test::fast_slapd_options());
  add_people(1, 1);
  config_.disable.ppolicy_lock = true;
  EXPECT_THAT(problems(), testing::ElementsAre(problem("the server has no ppolicy overlay")));
}

TEST_F(Check, the_locks_overlay_is_missing_as_far_as_the_schema_tells) {
  start(test::fast_slapd_options());
  config_.disable.ppolicy_lock = true;
  EXPECT_THAT(problems(), Contains(problem("the server has no ppolicy overlay")));
}

TEST_F(Check, the_locks_overlay_is_there) {
  auto options = test::fast_slapd_options();
  options.ppolicy = true;
  start_local(options);
  add_people(1, 1);
  config_.disable.ppolicy_lock = true;
  const auto all = lines();
  EXPECT_THAT(only("problem", all), testing::IsEmpty());
  EXPECT_THAT(all, Contains(StartsWith("ok main: ppolicy: the default policy locks")));
}

TEST_F(Check, passwords_that_the_server_would_keep_readable_are_a_problem) {
  auto options = test::fast_slapd_options();
  options.ppolicy = true;
  start_local(options);
  add_people(1, 1);
  config_.password = mapping::PasswordRule::ServerHash;
  EXPECT_THAT(problems(), testing::ElementsAre(problem("would keep passwords as clear text")));
  config_.password = mapping::PasswordRule::Hash;
  EXPECT_THAT(problems(), testing::IsEmpty());
}

TEST_F(Check, passwords_are_hashed_by_the_server) {
  auto options = test::fast_slapd_options();
  options.ppolicy = options.ppolicy_hash = true;
  start_local(options);
  add_people(1, 1);
  config_.password = mapping::PasswordRule::ServerHash;
  const auto all = lines();
  EXPECT_THAT(only("problem", all), testing::IsEmpty());
  EXPECT_THAT(all, Contains(StartsWith("ok main: passwords are hashed by the server")));
}

TEST_F(Check, mapped_extension_attributes_must_fit_the_entries) {
  start_local(test::fast_slapd_options());
  add_people(1, 1);
  config_.user_attributes = {{"urn:acme", "car", true, "carLicense"},
                             {"urn:acme", "place", false, "localityName"}};
  config_.group_attributes = {{"urn:acme", "purpose", false, "description"}};
  EXPECT_THAT(problems(), testing::IsEmpty());
  EXPECT_THAT(lines(), Contains(HasSubstr("urn:acme:place -> localityName: allowed")));
  config_.user_attributes = {{"urn:acme", "a", false, "noSuchThing"},
                             {"urn:acme", "b", false, "member"},
                             {"urn:acme", "c", true, "preferredLanguage"}};
  config_.group_attributes = {{"urn:acme", "d", false, "carLicense"}};
  EXPECT_THAT(problems(), testing::ElementsAre(problem("a -> noSuchThing: the server's schema has no such"),
                                               problem("b -> member: entries of inetOrgPerson"),
                                               problem("c -> preferredLanguage: it holds one value"),
                                               problem("d -> carLicense: entries of groupOfNames")));
}

TEST_F(Check, missing_indexes_are_told_with_what_they_cost) {
  auto options = test::fast_slapd_options();
  options.member_index = false;
  start_local(options);
  add_people(1, 1);
  reconfigure("olcDbIndex", "uid,cn,mail", "cn");
  const auto warnings = only("warning", lines());
  EXPECT_THAT(warnings,
              Contains(AllOf(HasSubstr("no eq index on mail,uid"), HasSubstr("olcDbIndex: mail,uid eq"))));
  EXPECT_THAT(warnings, Contains(AllOf(HasSubstr("member has no eq index"), HasSubstr("cheaper"))));
}

}  // namespace
}  // namespace dirbridge::doctor
