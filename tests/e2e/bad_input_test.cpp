// Bad requests over real sockets: each gets a SCIM error that names what is wrong, and changes nothing.
#include <gmock/gmock.h>

#include "e2e/match.hpp"
#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

using namespace std::chrono_literals;

struct Bad {
  const char* name;
  const char* method;
  const char* path;  // ${user} and ${group} are resources that exist
  const char* body;
  int status;
  const char* scim_type;  // empty: none asked for
  const char* names;      // must be in the detail; empty: anything
};

#define USER(attributes) R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)" attributes "}"
#define GROUP(attributes) R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)" attributes "}"
#define PATCH_OF(operations) \
  R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":)" operations "}"

const Bad kBad[] = {
    {"no JSON", "POST", "/Users", "userName=ann", 400, "invalidSyntax", ""},
    {"JSON cut off", "POST", "/Users", R"({"userName":"x")", 400, "invalidSyntax", ""},
    {"no object", "POST", "/Users", R"(["x"])", 400, "invalidSyntax", ""},
    {"no body", "POST", "/Users", "", 400, "invalidSyntax", ""},
    {"a key twice", "POST", "/Users", USER(R"("userName":"x","userName":"y")"), 400, "invalidSyntax",
     "userName"},
    {"not UTF-8", "POST", "/Users", "{\"userName\":\"x\xff\"}", 400, "invalidSyntax", ""},
    {"nothing but nesting", "POST", "/Users",
     R"({"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[)", 400, "invalidSyntax",
     ""},
    {"no schemas", "POST", "/Users", R"({"userName":"x"})", 400, "invalidSyntax", "schemas"},
    {"another schema", "POST", "/Users", GROUP(R"("userName":"x")"), 400, "invalidSyntax", "schemas"},
    {"no userName", "POST", "/Users", USER(R"("displayName":"x")"), 400, "invalidValue", "userName"},
    {"empty userName", "POST", "/Users", USER(R"("userName":"")"), 400, "invalidValue", "userName"},
    {"userName a list", "POST", "/Users", USER(R"("userName":["x","y"])"), 400, "invalidValue", "userName"},
    {"userName with a blank in front", "POST", "/Users", USER(R"("userName":" ann2")"), 400, "invalidValue",
     "userName"},
    {"userName with a control character", "POST", "/Users", USER(R"("userName":"a\u0001b")"), 400,
     "invalidValue", "userName"},
    {"userName with NUL", "POST", "/Users", USER(R"("userName":"a\u0000b")"), 400, "invalidSyntax", "NUL"},
    {"emails no list of objects", "POST", "/Users", USER(R"("userName":"x","emails":[[1]])"), 400,
     "invalidValue", "emails"},
    {"name a string", "POST", "/Users", USER(R"("userName":"x","name":"Ann")"), 400, "invalidValue", "name"},
    {"active no boolean", "POST", "/Users", USER(R"("userName":"x","active":"perhaps")"), 400, "invalidValue",
     "active"},
    {"group without a name", "POST", "/Groups", GROUP(R"("members":[])"), 400, "", "displayName"},
    {"group with an empty name", "POST", "/Groups", GROUP(R"("displayName":"")"), 400, "invalidValue",
     "displayName"},
    {"members no list of objects", "POST", "/Groups", GROUP(R"("displayName":"x","members":[[7]])"), 400,
     "invalidValue", "members"},
    {"member without a value", "POST", "/Groups", GROUP(R"("displayName":"x","members":[{"type":"User"}])"),
     400, "invalidValue", "members"},
    {"duplicate user", "POST", "/Users", USER(R"("userName":"ANN")"), 409, "uniqueness", "userName"},
    {"duplicate group", "POST", "/Groups", GROUP(R"("displayName":"DEVS")"), 409, "uniqueness",
     "displayName"},
    {"put to nobody", "PUT", "/Users/00000000-0000-4000-8000-000000000000", USER(R"("userName":"x")"), 404,
     "", ""},
    {"put without a name", "PUT", "/Users/${user}", USER(R"("active":true)"), 400, "invalidValue",
     "userName"},
    {"patch without operations", "PATCH", "/Users/${user}",
     R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]})", 400, "invalidSyntax", "Operations"},
    {"patch with an unknown operation", "PATCH", "/Users/${user}",
     PATCH_OF(R"([{"op":"move","path":"title","value":"x"}])"), 400, "", "op"},
    {"patch of an unknown attribute", "PATCH", "/Users/${user}",
     PATCH_OF(R"([{"op":"add","path":"shoeSize","value":"x"}])"), 400, "invalidPath", "shoeSize"},
    {"patch with a broken path", "PATCH", "/Users/${user}",
     PATCH_OF(R"([{"op":"add","path":"emails[","value":"x"}])"), 400, "", "path"},
    {"patch with a broken filter", "PATCH", "/Users/${user}",
     PATCH_OF(R"([{"op":"add","path":"emails[type xx \"work\"].value","value":"x"}])"), 400, "", ""},
    {"remove without a path", "PATCH", "/Users/${user}", PATCH_OF(R"([{"op":"remove"}])"), 400, "noTarget",
     ""},
    {"remove the user name", "PATCH", "/Users/${user}", PATCH_OF(R"([{"op":"remove","path":"userName"}])"),
     400, "", "userName"},
    {"write the id", "PATCH", "/Users/${user}", PATCH_OF(R"([{"op":"replace","path":"id","value":"x"}])"),
     400, "mutability", "id"},
    {"another id, without a path", "PATCH", "/Users/${user}",
     PATCH_OF(R"([{"op":"replace","value":{"id":"x"}}])"), 400, "mutability", "id"},
    {"the second operation is bad", "PATCH", "/Users/${user}",
     PATCH_OF(
         R"([{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"active","value":"x"}])"),
     400, "invalidValue", "active"},
    {"the second operation on a group is bad", "PATCH", "/Groups/${group}",
     PATCH_OF(
         R"([{"op":"add","path":"members","value":[{"value":"x"}]},{"op":"replace","path":"nothing","value":"x"}])"),
     400, "invalidPath", "nothing"},
    {"group renamed to nothing", "PATCH", "/Groups/${group}",
     PATCH_OF(R"([{"op":"replace","path":"displayName","value":""}])"), 400, "", "displayName"},
    {"filter that does not parse", "GET", "/Users?filter=userName%20eq", "", 400, "invalidFilter", ""},
    {"filter without an end", "GET", "/Users?filter=(userName%20eq%20%22x%22", "", 400, "invalidFilter", ""},
    {"filter with an unknown operator", "GET", "/Users?filter=userName%20is%20%22x%22", "", 400,
     "invalidFilter", "is"},
    {"empty filter", "GET", "/Users?filter=", "", 400, "invalidFilter", ""},
    {"filter on a password", "GET", "/Users?filter=password%20eq%20%22x%22", "", 400, "invalidFilter",
     "password"},
    {"count no number", "GET", "/Users?count=many", "", 400, "invalidValue", "count"},
    {"startIndex no number", "GET", "/Users?startIndex=x", "", 400, "invalidValue", "startIndex"},
    {"unknown path", "GET", "/Nothing", "", 404, "", ""},
    {"delete of nobody", "DELETE", "/Users/nobody", "", 404, "", ""},
    {"delete of all", "DELETE", "/Users", "", 405, "", ""},
    {"writing discovery", "POST", "/Schemas", "{}", 405, "", ""},
    {"wrong type of id", "GET", "/Groups/${user}", "", 404, "", ""},
    {"LDAP wildcard as an id", "GET", "/Users/*", "", 404, "", ""},
    {"LDAP filter as an id", "GET", "/Users/x)(objectClass=*", "", 404, "", ""},
};

class BadInput : public Scenario {
 protected:
  Answer send(const Bad& bad, const Variables& variables) {
    auto answer = client_.try_send(bad.method, fill(bad.path, variables), {}, bad.body, deadline_in(60s));
    if (!answer) throw std::runtime_error(answer.error().detail);
    return std::move(*answer);
  }

  std::string state() const {
    return dump(directory(), site_.user_base) + dump(directory(), site_.group_base) +
           dump(directory(), site_.bridge_base);
  }

  static void expect_scim_error(const Answer& answer, const Bad& bad) {
    EXPECT_EQ(answer.status, bad.status) << answer.body;
    Variables none;
    const boost::json::value expected = {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:Error"}},
                                         {"status", std::to_string(bad.status)},
                                         {"detail", "$any"}};
    EXPECT_EQ(mismatch(expected, answer.json, none), std::nullopt) << answer.body;
    if (*bad.scim_type != '\0') {
      EXPECT_EQ(answer.text("scimType"), bad.scim_type) << answer.body;
    }
    EXPECT_THAT(answer.text("detail"), testing::HasSubstr(bad.names));
  }
};

TEST_F(BadInput, IsRefusedByNameAndChangesNothing) {
  const auto user = create_user(client_, "ann");
  const auto group = create_group(client_, "devs", {user});
  auto before = state();
  for (const auto& bad : kBad) {
    SCOPED_TRACE(bad.name);
    expect_scim_error(send(bad, {{"user", user}, {"group", group}}), bad);
    const auto after = state();
    EXPECT_EQ(after, before);
    before = after;
  }
  EXPECT_EQ(client_.get("/Users/" + user).status, 200) << "and the bridge is as well as before";
}

TEST_F(BadInput, LargeInputIsRefusedEarly) {
  const auto user = create_user(client_, "ann");
  const auto before = state();
  const std::string long_name(300, 'x');
  EXPECT_EQ(client_.post("/Users", user_resource(long_name)).status, 400);
  const std::string deep(5000, '(');
  const auto nested = client_.find("Users", deep + "userName eq \"x\"");
  EXPECT_TRUE(nested.status == 400 || nested.status == 414 || nested.status == 431) << nested.status;
  std::string many = "userName eq \"x\"";
  for (int i = 0; i < 300; ++i) many += " or userName eq \"x\"";
  const auto terms = client_.find("Users", many);
  EXPECT_TRUE(terms.status == 200 || terms.status == 400 || terms.status == 414) << terms.status;
  EXPECT_EQ(state(), before);
}

TEST_F(BadInput, ValuesThatLookLikeLdapAreJustValues) {
  create_user(client_, "ann");
  for (const auto* value : {"*", "a*", "ann)(objectClass=*", "\\\\2a", "ann,ou=people", ")(|(uid=*"}) {
    const auto found = client_.find("Users", "userName eq \"" + std::string(value) + "\"");
    EXPECT_EQ(found.status, 200) << value << found.body;
    EXPECT_EQ(found.json.at("totalResults"), 0) << value;
  }
}

}  // namespace
}  // namespace dirbridge::e2e
