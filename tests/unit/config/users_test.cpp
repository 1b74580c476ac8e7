// "users" of a connection and "disable" of a directory: what is read, and what each mistake is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/loader.hpp"

#include "problems.hpp"

namespace dirbridge::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

ConfigResult configured_users(const std::string& users, const std::string& disable = "{}") {
  return parse_config(R"({"directories": {"main": {"uris": ["ldap://127.0.0.1"], "sasl_external": false,
      "bind_dn": "cn=dirbridge,dc=example,dc=org", "bind_password": {"file": "secrets/ldap"},
      "user_base": "ou=people,dc=example,dc=org", "group_base": "ou=groups,dc=example,dc=org",
      "bridge_base": "ou=dirbridge,dc=example,dc=org", "disable": )" +
                          disable + R"(}}, "schemas": {"urn:example:acme:User": {"resource": "User",
      "attributes": [{"name": "badge", "ldapAttribute": "roomNumber"}]}},
      "connections": {"entra": {"directory": "main", "users": )" +
                          users + "}}}",
                      "/etc/dirbridge");
}

TEST(UserOptionsConfig, R01_DefaultsAreSafe) {
  const auto config = configured_users("{}");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& users = config->connections.at("entra").users;
  EXPECT_TRUE(users.import && users.update && users.enable && users.disable);
  EXPECT_THAT(users.adopt, IsEmpty());
  EXPECT_TRUE(users.name_rules.empty());
  EXPECT_EQ(users.on_delete, mapping::OnDelete::Disable);
  EXPECT_EQ(users.bad_characters, mapping::BadCharacters::Accept);
  const auto& disable = config->directories.at("main").disable;
  EXPECT_TRUE(disable.mark);
  EXPECT_FALSE(disable.delete_entry || disable.move_to || disable.strip_groups || disable.account_lock);
}

TEST(UserOptionsConfig, B2_NewEntriesAreNamedByAnyAttributeButTheLogin) {
  const auto named = [](const std::string& rdn) {
    return configured_users("{}", R"({}, "user_rdn": ")" + rdn + '"');
  };
  const auto config = named("cn={displayName}");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& rdn = config->directories.at("main").user_rdn;
  ASSERT_TRUE(rdn);
  EXPECT_EQ(rdn->ldap_attribute, "cn");
  EXPECT_EQ(rdn->text->attribute(), "displayName");
  const auto usual = named("uid={login}");
  ASSERT_THAT(problems(usual), IsEmpty());
  EXPECT_FALSE(usual->directories.at("main").user_rdn);
  for (const auto* bad :
       {"cn", "={displayName}", "uid={displayName}", "cn=everybody", "cn={password}", "cn={nobody}"})
    EXPECT_THAT(problems(named(bad)), ElementsAre(testing::StartsWith("$.directories.main.user_rdn: ")))
        << bad;
}

TEST(UserOptionsConfig, R05_EverythingThatIsSetIsRead) {
  const auto config = configured_users(
      R"({"import": false, "not_imported": "refuse", "update": false, "enable": false, "disable": false,
          "adopt": ["userName", "mail", "externalId", "employeeNumber"],
          "name_rules": [{"match": "(.*)@.*", "replace": "$1"}], "name_case": "upper",
          "bad_characters": "warn", "on_delete": "delete", "delete_after_days": 30})",
      R"({"mark": false, "account_lock": true, "move_to": "ou=gone,dc=example,dc=org"})");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& users = config->connections.at("entra").users;
  EXPECT_FALSE(users.import || users.update || users.enable || users.disable);
  EXPECT_EQ(users.not_imported, mapping::NotImported::Refuse);
  EXPECT_EQ(users.adopt.size(), 4U);
  EXPECT_EQ(users.name_rules.apply("ann@example.org").value(), "ANN");
  EXPECT_EQ(users.bad_characters, mapping::BadCharacters::Warn);
  EXPECT_EQ(users.delete_after, std::chrono::days(30));
  const auto& disable = config->directories.at("main").disable;
  EXPECT_FALSE(disable.mark);
  EXPECT_TRUE(disable.account_lock);
  EXPECT_EQ(disable.move_to->str(), "ou=gone,dc=example,dc=org");
  EXPECT_TRUE(configured_users("{}", R"({"delete": true})")->directories.at("main").disable.delete_entry);
}

TEST(UserOptionsConfig, R04_AttributesAreTemplatesConstantsAndNothing) {
  const auto config = configured_users(
      R"({"attributes": {"title": null, "employeeType": {"constant": "external"},
          "displayName": "{name.familyName}, {name.givenName}", "description": "{{{userName}}}",
          "mail": {"template": "{emails[work]}", "rules": [{"match": "(.*)@old\\.org", "replace": "$1@new.org"}],
                   "case": "lower"},
          "departmentNumber": "{urn:example:acme:User:badge}"}})");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& rules = config->connections.at("entra").users.attributes;
  ASSERT_EQ(rules.size(), 6U);
  const boost::json::object user{
      {"userName", "ann"},
      {"name", {{"familyName", "Lee"}}},
      {"emails", boost::json::array{boost::json::object{{"type", "work"}, {"value", "Ann@old.org"}}}},
      {"urn:example:acme:User", {{"badge", "7"}}}};
  const auto value = [&](std::string_view name) -> std::string {
    for (const auto& rule : rules)
      if (rule.ldap_attribute == name) return rule.text ? mapping::value_of(rule, user).value() : "(none)";
    return "(no rule)";
  };
  EXPECT_EQ(value("title"), "(none)");
  EXPECT_EQ(value("employeeType"), "external");
  EXPECT_EQ(value("displayName"), "Lee, ");
  EXPECT_EQ(value("description"), "{ann}");
  EXPECT_EQ(value("mail"), "ann@new.org");
  EXPECT_EQ(value("departmentNumber"), "7");
}

struct UserMistake {
  const char* name;
  const char* users;
  const char* disable;
  const char* problem;
};
void PrintTo(const UserMistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

class BadUserOptions : public testing::TestWithParam<UserMistake> {};

TEST_P(BadUserOptions, AreReportedWithTheirPath) {
  EXPECT_THAT(problems(configured_users(GetParam().users, GetParam().disable)),
              ElementsAre(StartsWith(GetParam().problem)));
}

const UserMistake user_mistakes[] = {
    {"unknown_key", R"({"imports": true})", "{}", "$.connections.entra.users.imports: unknown key (did you"},
    {"not_a_flag", R"({"import": "yes"})", "{}", "$.connections.entra.users.import: must be true or false"},
    {"not_imported", R"({"not_imported": "refuse"})", "{}",
     "$.connections.entra.users.not_imported: has no effect while users are imported"},
    {"adopt", R"({"adopt": ["uid"]})", "{}", "$.connections.entra.users.adopt[0]: must be one of userName"},
    {"pattern", R"({"name_rules": [{"match": "a", "replace": "b"}, {"match": "(", "replace": "b"}]})", "{}",
     "$.connections.entra.users.name_rules[1].match: the pattern is not a regular expression"},
    {"group", R"({"name_rules": [{"match": "a", "replace": "$1"}]})", "{}",
     "$.connections.entra.users.name_rules[0].replace: the replacement uses $1"},
    {"no_replacement", R"({"name_rules": [{"match": "a"}]})", "{}",
     "$.connections.entra.users.name_rules[0].replace: is missing"},
    {"letter_case", R"({"name_case": "title"})", "{}", "$.connections.entra.users.name_case: must be"},
    {"bad_characters", R"({"bad_characters": "no"})", "{}", "$.connections.entra.users.bad_characters: must"},
    {"on_delete", R"({"on_delete": "remove"})", "{}", "$.connections.entra.users.on_delete: must be"},
    {"days", R"({"delete_after_days": 7})", "{}",
     "$.connections.entra.users.delete_after_days: has no effect: nothing is deleted"},
    {"too_many_days", R"({"on_delete": "delete", "delete_after_days": 99999})", "{}",
     "$.connections.entra.users.delete_after_days: must be a whole number"},
    {"unknown_path", R"({"attributes": {"title": "{nickname.x}"}})", "{}",
     "$.connections.entra.users.attributes.title: {nickname.x} is no attribute of users"},
    {"secret", R"({"attributes": {"title": "{password}"}})", "{}",
     "$.connections.entra.users.attributes.title: {password} cannot be shown"},
    {"no_part", R"({"attributes": {"title": "{name}"}})", "{}",
     "$.connections.entra.users.attributes.title: {name} needs one of its parts"},
    {"type_of_one", R"({"attributes": {"title": "{name[work].givenName}"}})", "{}",
     "$.connections.entra.users.attributes.title: {name[work].givenName} has one value"},
    {"no_text", R"({"attributes": {"title": "{active}"}})", "{}",
     "$.connections.entra.users.attributes.title: {active} is no text"},
    {"open", R"({"attributes": {"title": "{userName"}})", "{}",
     "$.connections.entra.users.attributes.title: has a { without a }"},
    {"close", R"({"attributes": {"title": "userName}"}})", "{}",
     "$.connections.entra.users.attributes.title: has a } without a {"},
    {"bracket", R"({"attributes": {"title": "{emails[work}"}})", "{}",
     "$.connections.entra.users.attributes.title: {emails[work} has no closing bracket"},
    {"bridge_attribute", R"({"attributes": {"dirbridgeId": "x"}})", "{}",
     "$.connections.entra.users.attributes.dirbridgeId: is written by the bridge"},
    {"naming_attribute", R"({"attributes": {"UID": "x"}})", "{}",
     "$.connections.entra.users.attributes.UID: is written by the bridge"},
    {"password_attribute", R"({"attributes": {"userPassword": "x"}})", "{}",
     "$.connections.entra.users.attributes.userPassword: is written by"},
    {"no_attribute", R"({"attributes": {"a b": "x"}})", "{}",
     "$.connections.entra.users.attributes[\"a b\"]: is not an attribute name"},
    {"mapped_by_schema", R"({"attributes": {"roomnumber": "x"}})", "{}",
     "$.connections.entra.users.attributes.roomnumber: is mapped by the schema urn:example:acme:User"},
    {"twice", R"({"attributes": {"title": "x", "Title": "y"}})", "{}",
     "$.connections.entra.users.attributes.Title: is there already"},
    {"surname", R"({"attributes": {"sn": null}})", "{}",
     "$.connections.entra.users.attributes.sn: cannot be left out"},
    {"two_sources", R"({"attributes": {"title": {"template": "x", "constant": "y"}}})", "{}",
     "$.connections.entra.users.attributes.title: has both a template and a constant"},
    {"no_source", R"({"attributes": {"title": {"case": "lower"}}})", "{}",
     "$.connections.entra.users.attributes.title: needs a template or a constant"},
    {"value_pattern",
     R"({"attributes": {"title": {"constant": "x", "rules": [{"match": "[", "replace": "y"}]}}})", "{}",
     "$.connections.entra.users.attributes.title.rules[0].match: the pattern is not"},
    {"no_effect", R"({"import": false, "update": false, "attributes": {"title": "x"}})", "{}",
     "$.connections.entra.users.attributes: have no effect"},
    {"inside_users", "{}", R"({"move_to": "ou=gone,ou=people,dc=example,dc=org"})",
     "$.directories.main.disable.move_to: overlaps with user_base"},
    {"users", "{}", R"({"move_to": "OU=People,dc=example,dc=org"})",
     "$.directories.main.disable.move_to: overlaps with user_base"},
    {"above_users", "{}", R"({"move_to": "dc=example,dc=org"})",
     "$.directories.main.disable.move_to: overlaps with user_base"},
    {"in_groups", "{}", R"({"move_to": "ou=gone,ou=groups,dc=example,dc=org"})",
     "$.directories.main.disable.move_to: overlaps with group_base"},
    {"in_records", "{}", R"({"move_to": "ou=gone,ou=dirbridge,dc=example,dc=org"})",
     "$.directories.main.disable.move_to: overlaps with bridge_base"},
    {"no_dn", "{}", R"({"move_to": "gone"})", "$.directories.main.disable.move_to: "},
    {"move_and_delete", "{}", R"({"move_to": "ou=gone,dc=example,dc=org", "delete": true})",
     "$.directories.main.disable.move_to: has no effect: the entry is deleted"},
    {"nothing", "{}", R"({"mark": false})",
     "$.directories.main.disable: with mark and ppolicy_lock both off"},
};

INSTANTIATE_TEST_SUITE_P(Each, BadUserOptions, testing::ValuesIn(user_mistakes),
                         [](const auto& instance) { return instance.param.name; });

TEST(UserOptionsConfig, A5_AdoptedPeopleAreNotDisabledByTheirGroupsAlone) {
  const auto* adopting = R"({"adopt": ["userName"]})";
  EXPECT_THAT(
      problems(configured_users(adopting, R"({"mark": false, "strip_groups": true})")),
      ElementsAre(AllOf(HasSubstr("$.connections.entra.users.adopt"), HasSubstr("strip_groups alone"))));
  EXPECT_THAT(problems(configured_users(adopting, R"({"strip_groups": true})")), IsEmpty());
  EXPECT_THAT(
      problems(configured_users(adopting, R"({"mark": false, "account_lock": true, "strip_groups": true})")),
      IsEmpty());
  EXPECT_THAT(problems(configured_users("{}", R"({"mark": false, "strip_groups": true})")), IsEmpty());
}

TEST(UserOptionsConfig, SeveralMistakesAreReportedAtOnce) {
  EXPECT_THAT(problems(configured_users(R"({"name_case": "x", "adopt": "y", "attributes": 7})")),
              testing::SizeIs(3));
}

}  // namespace
}  // namespace dirbridge::config
