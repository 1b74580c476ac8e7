// Extension schemas from the configuration: as good as the standard ones, from discovery to the entry.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kAcme = "urn:acme:params:scim:schemas:extension:acme:2.0:User";
constexpr auto kTeam = "urn:acme:params:scim:schemas:extension:acme:2.0:Group";

json::object configuration() {
  return {{"schemas", json::parse(R"({
    "urn:acme:params:scim:schemas:extension:acme:2.0:User": {"resource":"User","name":"Acme","attributes":[
      {"name":"badge","caseExact":true,"mutability":"immutable","ldapAttribute":"roomNumber"},
      {"name":"cars","multiValued":true,"ldapAttribute":"carLicense"},
      {"name":"contractor","type":"boolean","ldapAttribute":"employeeType"},
      {"name":"level","type":"integer"},
      {"name":"hired","type":"dateTime"},
      {"name":"secretCode","returned":"never"},
      {"name":"notes","returned":"request"},
      {"name":"site","type":"complex","subAttributes":[{"name":"country"},{"name":"floor","type":"integer"}]},
      {"name":"phones","type":"complex","multiValued":true,
       "subAttributes":[{"name":"value"},{"name":"type","canonicalValues":["desk"]}]}]},
    "urn:acme:params:scim:schemas:extension:acme:2.0:Group": {"resource":"Group","attributes":[
      {"name":"purpose","ldapAttribute":"description"}]}})")}};
}

class Extension : public testing::Test {
 public:
  static void SetUpTestSuite() {
    std::vector<SiteOptions> sites;
    for (int i = 0; i < 8; ++i) sites.push_back({"site-" + std::to_string(i), {}, {}});
    bridge_ = std::make_unique<Bridge>(BridgeOptions{sites, test::fast_slapd_options(), {}, configuration()});
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(bridge_->stop(), 0);
    bridge_.reset();
  }

 protected:
  Extension() : site_(bridge_->site("site-" + std::to_string(used_++))), client_(site_.client()) {}

  std::string add_ann(const std::string& acme) {
    return create_user(client_, "ann", {{kAcme, json::parse(acme)}});
  }
  std::vector<std::string> entry(const std::string& attribute) {
    return values(bridge_->directory(), site_.user_dn("ann"), attribute);
  }
  json::value acme(const std::string& id, const std::string& query = "") {
    const auto answer = client_.get("/Users/" + id + query);
    const auto* found = answer.json.as_object().if_contains(kAcme);
    return found ? *found : json::value();
  }
  std::size_t hits(const std::string& filter) {
    const auto answer = client_.find("Users", filter);
    EXPECT_EQ(answer.status, 200) << filter << answer.body;
    return answer.status == 200 ? answer.json.at("totalResults").to_number<std::size_t>() : 99;
  }
  Answer patch(const std::string& id, const std::string& op, const std::string& path,
               const json::value& value) {
    return client_.patch("/Users/" + id, operation(op, path, value));
  }

  static std::unique_ptr<Bridge> bridge_;
  static int used_;
  const Site& site_;
  ScimClient client_;
};
std::unique_ptr<Bridge> Extension::bridge_;
int Extension::used_ = 0;

TEST_F(Extension, IsDiscovered) {
  const auto schema = client_.get("/Schemas/" + std::string(kAcme));
  ASSERT_EQ(schema.status, 200);
  EXPECT_EQ(schema.text("name"), "Acme");
  EXPECT_EQ(schema.json.at("attributes").at(0),
            json::parse(R"({"name":"badge","type":"string","multiValued":false,
    "description":"","required":false,"caseExact":true,"mutability":"immutable","returned":"default","uniqueness":"none"})"));
  EXPECT_THAT(client_.get("/ResourceTypes/User").body, HasSubstr(kAcme));
  EXPECT_THAT(client_.get("/ResourceTypes/Group").body, HasSubstr(kTeam));
  EXPECT_THAT(client_.get("/Schemas").body, HasSubstr(kTeam));
}

TEST_F(Extension, IsStoredAndMapped) {
  const auto id =
      add_ann(R"({"Badge":"B7","cars":["ZH 1","BE 2","zh 1"],"contractor":"True","level":"3","unknown":1,
      "site":{"country":"CH","floor":2},"hired":"2026-01-02T03:04:05Z"})");
  EXPECT_EQ(acme(id), json::parse(R"({"badge":"B7","cars":["ZH 1","BE 2"],"contractor":true,"level":3,
      "site":{"country":"CH","floor":2},"hired":"2026-01-02T03:04:05Z"})"));
  EXPECT_THAT(entry("roomNumber"), ElementsAre("B7"));
  EXPECT_THAT(entry("carLicense"), UnorderedElementsAre("ZH 1", "BE 2"));
  EXPECT_THAT(entry("employeeType"), ElementsAre("TRUE"));
  EXPECT_EQ(client_.get("/Users/" + id).json.at("schemas").as_array().size(), 2U);
}

TEST_F(Extension, IsFiltered) {
  add_ann(R"({"badge":"B7","cars":["ZH 1"],"level":3,"contractor":false,"hired":"2026-01-02T03:04:05Z",
      "phones":[{"value":"1","type":"desk"},{"value":"2","type":"car"}]})");
  create_user(client_, "bob");
  const auto name = [](const std::string& rest) { return std::string(kAcme) + ":" + rest; };
  EXPECT_EQ(hits(name("badge eq \"B7\"")), 1U);
  EXPECT_EQ(hits(name("badge eq \"b7\"")), 0U) << "caseExact";
  EXPECT_EQ(hits(name("cars eq \"zh 1\"")), 1U);
  EXPECT_EQ(hits(name("level gt 2 and ") + name("contractor eq false")), 1U);
  EXPECT_EQ(hits(name("hired lt \"2026-01-02T05:04:06+02:00\"")), 1U);
  EXPECT_EQ(hits(name("phones[type eq \"desk\" and value eq \"1\"]")), 1U);
  EXPECT_EQ(hits(name("phones[type eq \"desk\" and value eq \"2\"]")), 0U);
  EXPECT_EQ(hits("badge pr"), 1U);
  EXPECT_EQ(client_.find("Users", name("nothing pr")).status, 400);
}

TEST_F(Extension, IsPatched) {
  const auto id = add_ann(R"({"badge":"B7","cars":["ZH 1"],"site":{"country":"CH"}})");
  const auto path = [](const std::string& rest) { return std::string(kAcme) + ":" + rest; };
  expect_status(patch(id, "add", path("cars"), json::array{"BE 2"}), 200);
  expect_status(patch(id, "replace", path("site.floor"), 4), 200);
  expect_status(patch(id, "add", kAcme, json::object{{"level", 5}}), 200);
  expect_status(patch(id, "add", path("phones[type eq \"desk\"].value"), "1"), 200);
  EXPECT_EQ(acme(id),
            json::parse(R"({"badge":"B7","cars":["ZH 1","BE 2"],"site":{"country":"CH","floor":4},"level":5,
      "phones":[{"type":"desk","value":"1"}]})"));
  EXPECT_THAT(entry("carLicense"), UnorderedElementsAre("ZH 1", "BE 2"));
  expect_status(patch(id, "remove", path("cars"), nullptr), 200);
  EXPECT_THAT(entry("carLicense"), IsEmpty());
}

TEST_F(Extension, KeepsWhatIsImmutable) {
  const auto id = add_ann(R"({"badge":"B7"})");
  for (const auto& answer :
       {patch(id, "replace", std::string(kAcme) + ":badge", "B8"), patch(id, "remove", kAcme, nullptr),
        patch(id, "remove", std::string(kAcme) + ":badge", nullptr),
        client_.put("/Users/" + id, user_resource("ann", {{kAcme, {{"badge", "B8"}}}}))}) {
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.text("scimType"), "mutability");
    EXPECT_THAT(answer.text("detail"), HasSubstr("badge"));
  }
  expect_status(client_.put("/Users/" + id, user_resource("ann")), 200);
  EXPECT_THAT(entry("roomNumber"), ElementsAre("B7"));
}

TEST_F(Extension, IsProjected) {
  const auto id = add_ann(R"({"badge":"B7","secretCode":"42","notes":"n","level":1})");
  EXPECT_EQ(acme(id), json::parse(R"({"badge":"B7","level":1})"));
  EXPECT_EQ(acme(id, "?attributes=" + std::string(kAcme) + ":notes," + kAcme + ":secretCode"),
            json::parse(R"({"notes":"n"})"));
  EXPECT_EQ(acme(id, "?excludedAttributes=" + std::string(kAcme) + ":level"),
            json::parse(R"({"badge":"B7"})"));
  // RFC 7643 section 7: who sets what is returned on request gets to see it.
  const auto notes = std::string(kAcme) + ":notes";
  const auto set = client_.patch("/Users/" + id + "?excludedAttributes=title", replace(notes, "m"));
  EXPECT_EQ(set.json.at(kAcme), json::parse(R"({"badge":"B7","notes":"m","level":1})"));
  const auto other = client_.post("/Users", user_resource("bob", {{kAcme, {{"notes", "x"}}}}));
  EXPECT_EQ(other.json.at(kAcme), json::parse(R"({"notes":"x"})"));
  EXPECT_EQ(acme(other.text("id")), json::value());
}

TEST_F(Extension, IsValidatedByName) {
  const std::pair<const char*, const char*> wrong[] = {{R"({"level":"high"})", ":level"},
                                                       {R"({"contractor":"perhaps"})", ":contractor"},
                                                       {R"({"hired":"yesterday"})", ":hired"},
                                                       {R"({"site":{"floor":"x"}})", ":site.floor"},
                                                       {R"({"site":"x"})", ":site"}};
  for (const auto& [value, field] : wrong) {
    const auto answer = client_.post("/Users", user_resource("ann", {{kAcme, json::parse(value)}}));
    EXPECT_EQ(answer.status, 400) << value << answer.body;
    EXPECT_EQ(answer.text("scimType"), "invalidValue");
    EXPECT_THAT(answer.text("detail"), HasSubstr(kAcme + std::string(field)));
  }
  EXPECT_FALSE(exists(bridge_->directory(), site_.user_dn("ann")));
}

TEST_F(Extension, OfGroupsIsMappedToo) {
  const json::object body = {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group", kTeam}},
                             {"displayName", "devs"},
                             {kTeam, {{"purpose", "Writes code"}}}};
  const auto made = client_.post("/Groups", body);
  expect_status(made, 201);
  const auto purpose = [&] { return values(bridge_->directory(), site_.group_dn("devs"), "description"); };
  EXPECT_THAT(purpose(), ElementsAre("Writes code"));
  expect_success(client_.patch("/Groups/" + made.text("id"),
                               operation("replace", std::string(kTeam) + ":purpose", "Reads code")));
  EXPECT_THAT(purpose(), ElementsAre("Reads code"));
  EXPECT_EQ(client_.find("Groups", std::string(kTeam) + ":purpose sw \"reads\"").json.at("totalResults"), 1);
}

}  // namespace
}  // namespace dirbridge::e2e
