#include <gmock/gmock.h>

#include <algorithm>

#include "config/loader.hpp"

#include "problems.hpp"

namespace dirbridge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto smallest_text = R"({
  "directories": {"main": {
    "uris": ["ldap://127.0.0.1"],
    "bind_dn": "cn=dirbridge,dc=example,dc=org",
    "bind_password": {"file": "secrets/ldap"},
    "user_base": "ou=people,dc=example,dc=org",
    "group_base": "ou=groups,dc=example,dc=org",
    "bridge_base": "ou=dirbridge,dc=example,dc=org"
  }},
  "connections": {"entra": {"directory": "main"}}
})";

// The smallest configuration with one piece of its text replaced.
std::string changed(std::string_view from, std::string_view to) {
  std::string text = smallest_text;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// As a member of the directory "main".
std::string with_directory_member(const std::string& member) {
  return changed("\"uris\"", member + ", \"uris\"");
}
std::string with_connection_member(const std::string& member) {
  return changed("\"directory\"", member + ", \"directory\"");
}
std::string with_root_member(const std::string& member) {
  return changed("\"directories\"", member + ", \"directories\"");
}

TEST(Config, the_smallest_one_has_the_documented_defaults) {
  const auto config = parse_config(smallest_text, "/etc/dirbridge");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& directory = config->directories.at("main");
  EXPECT_EQ(directory.bind->password.name, "/etc/dirbridge/secrets/ldap");
  EXPECT_EQ(directory.user_naming_attribute, "uid");
  EXPECT_EQ(directory.placeholder_member.str(), "cn=dirbridge-placeholder");
  EXPECT_TRUE(directory.disable.mark);
  EXPECT_FALSE(directory.disable.ppolicy_lock);
  EXPECT_EQ(directory.assertion, std::nullopt);
  EXPECT_EQ(config->connections.at("entra").tokens_file, "/etc/dirbridge/tokens/entra.json");
  EXPECT_EQ(config->server.base_path, "/scim");
  EXPECT_EQ(config->admin.address, "127.0.0.1");
}

TEST(Config, reads_what_is_set) {
  auto text = with_root_member(
      R"("server": {"listen": "[::1]:8443", "tls": {"certificate_file": "a.pem", "key_file": "/k"},
    "public_url": "https://b.example.org/", "base_path": "/v", "alias_paths": "/plugins/servlet/usersync/scim",
    "limits": {"body_bytes": 2048, "request_timeout_ms": 500}}, "log": {"level": "debug"})");
  const auto config = parse_config(text, "/c");
  ASSERT_THAT(problems(config), IsEmpty());
  EXPECT_EQ(config->server.listen.address, "::1");
  EXPECT_EQ(config->server.listen.port, 8443);
  EXPECT_EQ(config->server.tls->certificate_file, "/c/a.pem");
  EXPECT_EQ(config->server.tls->key_file, "/k");
  EXPECT_EQ(config->server.public_url, "https://b.example.org");
  EXPECT_THAT(config->server.alias_paths, ElementsAre("/plugins/servlet/usersync/scim"));
  EXPECT_EQ(config->server.limits.body_bytes, 2048U);
  EXPECT_EQ(config->server.limits.request_timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(config->log_level, log::Level::Debug);
}

TEST(Config, localhost_is_an_address) {
  const auto config = parse_config(with_root_member(R"("server": {"listen": "localhost:8443"})"), "/c");
  ASSERT_THAT(problems(config), IsEmpty());
  EXPECT_EQ(config->server.listen.address, "127.0.0.1");
  EXPECT_EQ(config->server.listen.port, 8443);
}

TEST(Config, controls_are_true_false_or_auto) {
  const auto config =
      parse_config(with_directory_member(
                       R"("controls": {"assertion": true, "post_read": false, "permissive_modify": "auto"})"),
                   "/c");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& directory = config->directories.at("main");
  EXPECT_EQ(directory.assertion, true);
  EXPECT_EQ(directory.post_read, false);
  EXPECT_EQ(directory.permissive_modify, std::nullopt);
}

TEST(Config, comments_and_trailing_commas_are_allowed) {
  auto text = "// one\n" + changed("\"connections\"", "/* two */ \"connections\"");
  text.insert(text.rfind('}'), ",");
  EXPECT_THAT(problems(parse_config(text, "/")), IsEmpty());
}

TEST(Config, a_local_socket_needs_no_password) {
  const auto text =
      R"({"directories": {"main": {"uris": "ldapi:///", "sasl_external": true, "user_base": "ou=u",
    "group_base": "ou=g", "bridge_base": "ou=b"}}})";
  const auto config = parse_config(text, "/");
  ASSERT_THAT(problems(config), IsEmpty());
  EXPECT_FALSE(config->directories.at("main").bind.has_value());
}

TEST(Config, all_problems_come_at_once) {
  const auto text = R"({
    "servr": {},
    "log": {"level": "loud"},
    "directories": {"main": {"uris": ["http://x", "ldap://ok", 3], "bind_dn": "nonsense", "bind_password": {"env": "X"},
      "user_bse": "ou=p", "group_base": "ou=g", "bridge_base": "ou=b"}},
    "connections": {"c": {"directory": "mian", "max_page_size": 0}}})";
  std::vector<std::string> paths;
  const auto config = parse_config(text, "/");
  ASSERT_FALSE(config);
  for (const auto& problem : config.error().list) paths.push_back(problem.path);
  EXPECT_THAT(paths,
              testing::UnorderedElementsAre("$.servr", "$.log.level", "$.directories.main.uris[0]",
                                            "$.directories.main.uris[2]", "$.directories.main.bind_dn",
                                            "$.directories.main.user_bse", "$.directories.main.user_base",
                                            "$.connections.c.directory", "$.connections.c.max_page_size"));
}

TEST(Config, a_connection_without_a_profile_is_generic) {
  const auto config = parse_config(smallest_text, "/");
  ASSERT_THAT(problems(config), IsEmpty());
  EXPECT_EQ(config->connections.at("entra").behaviour.name, "generic");
}

TEST(Config, every_profile_can_be_chosen) {
  for (const auto& row : profiles()) {
    const auto config =
        parse_config(with_connection_member("\"profile\": \"" + std::string(row.name) + "\""), "/");
    ASSERT_THAT(problems(config), IsEmpty());
    const auto& chosen = config->connections.at("entra").behaviour;
    EXPECT_EQ(chosen.name, row.name);
    EXPECT_EQ(chosen.group_patch_response, row.group_patch_response) << row.name;
    EXPECT_EQ(chosen.put_omitted, row.put_omitted) << row.name;
    EXPECT_EQ(chosen.on_no_match_replace, row.on_no_match_replace) << row.name;
    EXPECT_EQ(chosen.members_in_group_lists, row.members_in_group_lists) << row.name;
    EXPECT_EQ(chosen.default_page_size, row.default_page_size) << row.name;
    EXPECT_EQ(chosen.max_page_size, row.max_page_size) << row.name;
    EXPECT_LE(row.default_page_size, row.max_page_size) << row.name;
  }
}

TEST(Config, a_key_overrules_the_profile) {
  const auto config =
      parse_config(with_connection_member(R"("profile": "keycloak", "group_patch_response": "auto",
    "on_no_match_replace": "create", "members_in_group_lists": false, "max_page_size": 50)"),
                   "/");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& chosen = config->connections.at("entra").behaviour;
  EXPECT_EQ(chosen.group_patch_response, scim::GroupPatchAnswer::WhenSmall);
  EXPECT_EQ(chosen.on_no_match_replace, NoMatchReplace::Create);
  EXPECT_FALSE(chosen.members_in_group_lists);
  EXPECT_EQ(chosen.max_page_size, 50U);
  EXPECT_EQ(chosen.default_page_size, 50U);
}

TEST(Config, an_unknown_profile_names_the_known_ones) {
  const auto all = problems(parse_config(with_connection_member(R"("profile": "zzz")"), "/"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all.front(), HasSubstr("$.connections.entra.profile: must be"));
  for (const auto& row : profiles()) EXPECT_THAT(all.front(), HasSubstr(std::string(row.name)));
  EXPECT_THAT(all.front(), HasSubstr("(\"generic\" serves all others)"));
}

struct Bad {
  std::string name;
  std::string text;
  std::string expected;  // what one of the problems says, from its path on
};

class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, is_refused_with_path_and_reason) {
  const auto& bad = GetParam();
  EXPECT_THAT(problems(parse_config(bad.text, "/")), ElementsAre(HasSubstr(bad.expected)));
}

const Bad bad_configs[] = {
    {"empty", "", "$: not valid JSON at line 1"},
    {"syntax", "{\n  \"a\": nope }", "$: not valid JSON at line 2"},
    {"trailing", std::string(smallest_text) + "}", "$: not valid JSON"},
    {"large", std::string(max_config_bytes + 1, ' '), "$: the configuration is larger"},
    {"duplicate_key", with_root_member(R"("log": {}, "log": {})"), "$.log: this key occurs twice"},
    {"duplicate_in_directory", with_directory_member(R"("pool_size": 3, "pool_size": 4)"),
     "$.directories.main.pool_size: this key occurs twice"},
    {"null_directories", R"({"directories": null})", "$.directories: is missing"},
    {"no_directory", R"({"directories": {}})", "$.directories: is missing"},
    {"section_type", with_root_member(R"("server": 3)"), "$.server: must be an object"},
    {"directory_type", R"({"directories": {"main": []}})", "$.directories.main: must be an object"},
    {"slug", changed("\"entra\"", "\"Entra ID\""), "$.connections[\"Entra ID\"]: the name must be 1 to 32"},
    {"long_slug", changed("\"entra\"", "\"" + std::string(33, 'a') + "\""), "the name must be 1 to 32"},
    {"misspelt", with_directory_member(R"("pool_sise": 3)"),
     "$.directories.main.pool_sise: unknown key (did you mean \"pool_size\"?)"},
    {"unknown", with_root_member(R"("zzzzzzzzzzzz": 3)"),
     "$.zzzzzzzzzzzz: unknown key (known here: server, admin"},
    {"listen", with_root_member(R"("server": {"listen": "8080"})"),
     "$.server.listen: is not \"address:port\""},
    {"listen_name", with_root_member(R"("server": {"listen": "host.example:80"})"),
     "$.server.listen: is not \"address:port\" with a numeric address or localhost"},
    {"listen_port", with_root_member(R"("server": {"listen": "127.0.0.1:80800"})"),
     "$.server.listen: is not"},
    {"same_port", with_root_member(R"("admin": {"listen": "127.0.0.1:8080"})"),
     "$.admin: listens on the same"},
    {"tls_half", with_root_member(R"("server": {"tls": {"key_file": "k"}})"),
     "$.server.tls.certificate_file: is missing"},
    {"public_url", with_root_member(R"("server": {"public_url": "bridge.example.org"})"),
     "$.server.public_url: is not"},
    {"base_path", with_root_member(R"("server": {"base_path": "/scim/"})"),
     "$.server.base_path: is not a path"},
    {"dot_path", with_root_member(R"("server": {"alias_paths": ["/a/../b"]})"),
     "$.server.alias_paths[0]: is not a path"},
    {"same_alias", with_root_member(R"("server": {"alias_paths": ["/a", "/b", "/a"]})"),
     "$.server.alias_paths[2]: \"/a\" is there already"},
    {"alias_is_base", with_root_member(R"("server": {"alias_paths": ["/scim"]})"),
     "$.server.alias_paths[0]: \"/scim\" is"},
    {"alias_below", with_root_member(R"("server": {"alias_paths": ["/scim/x"]})"),
     "$.server.alias_paths[0]: overlaps with \"/scim\""},
    {"number_as_text", with_root_member(R"("server": {"limits": {"workers": "4"}})"),
     "$.server.limits.workers: must be a number, not a text"},
    {"fraction", with_root_member(R"("server": {"limits": {"workers": 1.5}})"),
     "$.server.limits.workers: must be a whole"},
    {"negative", with_root_member(R"("server": {"limits": {"workers": -1}})"),
     "$.server.limits.workers: must be a whole"},
    {"huge", with_root_member(R"("server": {"limits": {"workers": 18446744073709551616}})"),
     "$.server.limits.workers: must be a whole"},
    {"level", with_root_member(R"("log": {"level": "inf"})"), "(did you mean \"info\"?)"},
    {"no_uris", changed("[\"ldap://127.0.0.1\"]", "[]"), "$.directories.main.uris: needs at least one URI"},
    {"null_uris", changed("[\"ldap://127.0.0.1\"]", "null"), "$.directories.main.uris: is missing"},
    {"uri_scheme", changed("ldap://127.0.0.1", "https://x"), "$.directories.main.uris[0]: "},
    {"uri_base", changed("ldap://127.0.0.1", "ldap://x/dc=example"), "$.directories.main.uris[0]: "},
    {"bind_dn", changed("cn=dirbridge,dc=example,dc=org", "dirbridge"), "$.directories.main.bind_dn: "},
    {"no_bind_dn", changed("\"bind_dn\": \"cn=dirbridge,dc=example,dc=org\",", ""),
     "$.directories.main.bind_dn: is missing"},
    {"no_password", changed("\"bind_password\": {\"file\": \"secrets/ldap\"},", ""),
     "$.directories.main.bind_password: is missing"},
    {"two_sources", changed("{\"file\": \"secrets/ldap\"}", R"({"file": "a", "env": "B"})"),
     "$.directories.main.bind_password: needs one of file and env"},
    {"no_source", changed("{\"file\": \"secrets/ldap\"}", "{}"),
     "$.directories.main.bind_password: needs one of file and env"},
    {"start_tls_ldaps", changed("\"uris\": [\"ldap:", "\"start_tls\": true, \"uris\": [\"ldaps:"),
     "$.directories.main.start_tls: works with ldap:// URIs only"},
    {"external_over_tcp",
     R"({"directories": {"main": {"uris": "ldap://x", "sasl_external": true, "user_base": "ou=u",
       "group_base": "ou=g", "bridge_base": "ou=b"}}})",
     "$.directories.main.sasl_external: needs ldapi://"},
    {"user_base", changed("ou=people,dc=example,dc=org", "people"), "$.directories.main.user_base: "},
    {"bridge_in_users", changed("ou=dirbridge,dc", "ou=b,ou=people,dc"),
     "$.directories.main.bridge_base: overlaps with user_base"},
    {"groups_in_bridge", changed("ou=groups,dc", "ou=groups,OU=DirBridge,dc"),
     "$.directories.main.bridge_base: overlaps with group_base"},
    {"placeholder_user",
     with_directory_member(R"("placeholder_member": "uid=none,ou=People,dc=example,dc=org")"),
     "$.directories.main.placeholder_member: lies within user_base"},
    {"naming", with_directory_member(R"("user_naming_attribute": "uid)(x")"),
     "$.directories.main.user_naming_attribute: is not an attribute"},
    {"nothing_disables", with_directory_member(R"("disable": {"mark": false})"),
     "$.directories.main.disable: with mark and ppolicy_lock both off"},
    {"control", with_directory_member(R"("controls": {"assertion": "yes"})"),
     "$.directories.main.controls.assertion: must be true, false or \"auto\""},
    {"atlassian_dn", with_directory_member(R"("atlassian": {"bind_dn": "x", "bind_password": {"env": "A"}})"),
     "$.directories.main.atlassian.bind_dn: "},
    {"control_character", with_directory_member(R"("ca_file": "a\u0000b")"),
     "$.directories.main.ca_file: has a control character"},
    {"empty_text", with_directory_member(R"("ca_file": "")"),
     "$.directories.main.ca_file: must not be empty"},
    {"no_such_directory", changed("\"directory\": \"main\"", "\"directory\": \"mian\""),
     "$.connections.entra.directory: there is no directory \"mian\" (did you mean \"main\"?)"},
    {"rest", with_connection_member(R"("kind": "rest")"),
     "$.connections.entra.kind: \"rest\" is not offered"},
    {"profile", with_connection_member(R"("profile": "oracel")"), "(did you mean \"oracle\"?)"},
    {"page_sizes", with_connection_member(R"("default_page_size": 2000)"),
     "$.connections.entra.default_page_size: is larger than max_page_size"},
    {"shared_tokens",
     changed("{\"entra\": {",
             R"({"okta": {"directory": "main", "tokens_file": "tokens/entra.json"}, "entra": {)"),
     "$.connections: \"entra\" and \"okta\" have the same tokens_file"},
};

INSTANTIATE_TEST_SUITE_P(Each, BadConfig, testing::ValuesIn(bad_configs),
                         [](const auto& instance) { return instance.param.name; });

TEST(Config, a_secret_in_the_file_is_refused_and_not_repeated) {
  const auto all =
      problems(parse_config(changed("{\"file\": \"secrets/ldap\"}", "\"hunter2-hunter2\""), "/"));
  ASSERT_THAT(all, ElementsAre(HasSubstr("$.directories.main.bind_password: a secret must not stand in")));
  EXPECT_THAT(all.front(), testing::Not(HasSubstr("hunter2")));
}

TEST(Config, external_and_a_password_exclude_each_other) {
  const auto text =
      changed("\"uris\": [\"ldap://127.0.0.1\"]", "\"sasl_external\": true, \"uris\": [\"ldapi:///\"]");
  EXPECT_THAT(problems(parse_config(text, "/")),
              ElementsAre(HasSubstr("main.bind_dn: is not used together"),
                          HasSubstr("main.bind_password: is not used together")));
}

TEST(Config, passwords_and_partial_puts_are_chosen_by_name) {
  const auto config = parse_config(smallest_text, "/etc/dirbridge");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->directories.at("main").password, mapping::PasswordRule::Ignore);
  EXPECT_EQ(config->connections.at("entra").behaviour.put_omitted, scim::PutOmitted::Clear);
  const std::pair<const char*, mapping::PasswordRule> rules[] = {
      {"ignore", mapping::PasswordRule::Ignore},
      {"hash", mapping::PasswordRule::Hash},
      {"server_hash", mapping::PasswordRule::ServerHash}};
  for (const auto& [name, rule] : rules) {
    const auto chosen =
        parse_config(with_directory_member(R"("password": ")" + std::string(name) + "\""), "/etc/dirbridge");
    ASSERT_THAT(problems(chosen), IsEmpty());
    EXPECT_EQ(chosen->directories.at("main").password, rule) << name;
  }
  const auto keeping = parse_config(with_connection_member(R"("put_omitted": "keep")"), "/etc/dirbridge");
  ASSERT_THAT(problems(keeping), IsEmpty());
  EXPECT_EQ(keeping->connections.at("entra").behaviour.put_omitted, scim::PutOmitted::Keep);
  EXPECT_THAT(problems(parse_config(with_directory_member(R"("password": "hashed")"), "/")),
              ElementsAre(HasSubstr("$.directories.main.password: must be")));
}

std::string with_schema(const std::string& members) {
  return with_root_member(R"("schemas": {"urn:acme:2.0:User": {)" + members + "}}");
}

TEST(Config, an_extension_schema_gets_the_defaults_of_rfc_7643) {
  const auto config = parse_config(
      with_schema(R"("resource": "User", "attributes": [{"name": "badge", "ldapAttribute": "carLicense"},
        {"name": "site", "type": "complex", "subAttributes": [{"name": "floor", "type": "integer"}]}])"),
      "/");
  ASSERT_THAT(problems(config), IsEmpty());
  const auto& extension = config->extensions.at(0);
  EXPECT_EQ(extension.schema.id, "urn:acme:2.0:User");
  const auto* badge = extension.schema.find("badge");
  ASSERT_NE(badge, nullptr);
  EXPECT_EQ(badge->type, scim::Type::String);
  EXPECT_EQ(badge->mutability, scim::Mutability::ReadWrite);
  EXPECT_EQ(extension.schema.find("site")->sub_attributes.at(0).type, scim::Type::Integer);
  EXPECT_EQ(config->directories.at("main").user_attributes.at(0).ldap_attribute, "carLicense");
  EXPECT_NE(catalog_of(*config).user.find_extension("URN:acme:2.0:user"), nullptr);
}

TEST(Config, mistakes_in_an_extension_schema_are_told_with_their_place) {
  const std::string user = R"("resource": "User", "attributes": [)";
  const std::string at = R"($.schemas["urn:acme:2.0:User"])";
  const std::pair<std::string, std::string> wrong[] = {
      {R"("attributes": [{"name": "a"}])", at + ".resource: is missing"},
      {R"("resource": "Team", "attributes": [{"name": "a"}])", at + ".resource: must be"},
      {R"("resource": "User")", at + ".attributes: needs at least one"},
      {user + "7]", at + ".attributes[0]: must be an object"},
      {user + R"({"type": "string"}])", at + ".attributes[0].name: is missing"},
      {user + R"({"name": "a b"}])", at + ".attributes[0].name: is not an attribute name"},
      {user + R"({"name": "a"}, {"name": "A"}])", at + ".attributes[1].name: \"A\" is there already"},
      {user + R"({"name": "a", "type": "text"}])", at + ".attributes[0].type: must be"},
      {user + R"({"name": "a", "mutability": "readOnly"}])", at + ".attributes[0].mutability: must be"},
      {user + R"({"name": "a", "multivalued": true}])", at + ".attributes[0].multivalued: unknown key"},
      {user + R"({"name": "a", "type": "complex"}])", at + ".attributes[0].subAttributes: a complex"},
      {user + R"({"name": "a", "type": "complex", "subAttributes": [{"name": "b", "type": "complex"}]}])",
       at + ".attributes[0].subAttributes[0].type: must be"},
      {user + R"({"name": "a", "subAttributes": []}])", at + ".attributes[0].subAttributes: belong"},
      {user + R"({"name": "a", "ldapAttribute": "UID"}])", at + ".attributes[0].ldapAttribute: the bridge"},
      {user + R"({"name": "a", "type": "dateTime", "ldapAttribute": "l"}])",
       at + ".attributes[0].ldapAttribute: an attribute of type dateTime"},
      {user + R"({"name": "a", "ldapAttribute": "l"}, {"name": "b", "ldapAttribute": "L"}])",
       at + ".attributes[1].ldapAttribute: L is mapped already"},
  };
  for (const auto& [members, problem] : wrong)
    EXPECT_THAT(problems(parse_config(with_schema(members), "/")), testing::Contains(HasSubstr(problem)))
        << members;
  for (const auto* urn : {"acme", "urn:ietf:params:scim:schemas:core:2.0:User", "urn:scim:schemas:core:1.0",
                          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:more", "urn:a b"}) {
    const auto config =
        parse_config(with_root_member(R"("schemas": {")" + std::string(urn) +
                                      R"(": {"resource": "User", "attributes": [{"name": "a"}]}})"),
                     "/");
    EXPECT_THAT(problems(config), ElementsAre(testing::StartsWith("$.schemas"))) << urn;
  }
}

}  // namespace
}  // namespace dirbridge::config
