#include "scim/written.hpp"

#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

const Catalog& catalog() {
  static const Catalog known = make_catalog({*read_schema(parse_json(R"({"id":"urn:example:W","name":"W",
      "attributes":[{"name":"note","returned":"request"},{"name":"plain"},
                    {"name":"computed","returned":"request","mutability":"readOnly"},
                    {"name":"desk","type":"complex","subAttributes":[{"name":"room"},{"name":"key","returned":"request"}]}]})"))},
                                            {})
                                   .value();
  return known;
}

// What of the extension is in the answer to a request with this body.
json::value shown(const char* body, const char* attributes = "", const char* excluded = "") {
  const auto& type = catalog().user;
  const auto projection =
      showing_written(type, parse_projection(type, attributes, excluded), parse_json(body));
  auto resource =
      parse_json(R"({"id":"1","userName":"u","urn:example:W":{"note":"n","plain":"p","computed":"c",
      "desk":{"room":"r","key":"k"}}})")
          .as_object();
  resource = project(type, std::move(resource), projection);
  EXPECT_TRUE(!resource.contains("groups"));
  const auto* extension = resource.if_contains("urn:example:W");
  return extension ? *extension : json::value();
}

const json::value& as_always() {
  static const json::value value = parse_json(R"({"plain":"p","desk":{"room":"r"}})");
  return value;
}
const json::value& with_note() {
  static const json::value value = parse_json(R"({"note":"n","plain":"p","desk":{"room":"r"}})");
  return value;
}
const json::value& with_key() {
  static const json::value value = parse_json(R"({"plain":"p","desk":{"room":"r","key":"k"}})");
  return value;
}

TEST(Written, IsInTheAnswerToAResource) {
  EXPECT_EQ(shown(R"({"userName":"u","urn:example:W":{"plain":"p"}})"), as_always());
  EXPECT_EQ(shown(R"({"userName":"u","urn:example:W":{"Note":"n"}})"), with_note());
  EXPECT_EQ(shown(R"({"note":"n"})"), with_note()) << "as Entra names an extension's attribute";
  EXPECT_EQ(shown(R"({"urn:ietf:params:scim:schemas:core:2.0:User":{"urn:example:W:note":"n"}})"),
            with_note());
  EXPECT_EQ(shown(R"({"urn:example:W":{"desk":{"KEY":"k"}}})"), with_key());
  EXPECT_EQ(shown(R"({"urn:example:W":{"desk":{"room":"r"}}})"), as_always());
  EXPECT_EQ(shown(R"({"urn:example:W":{"computed":"c"}})"), as_always()) << "nobody can set it";
}

TEST(Written, IsInTheAnswerToAPatch) {
  for (const auto* body : {R"({"Operations":[{"op":"add","path":"urn:example:W:note","value":"n"}]})",
                           R"({"operations":{"OP":"add","Path":"note","Value":"n"}})",
                           R"({"Operations":[{"op":"add","value":{"urn:example:W":{"note":"n"}}}]})",
                           R"({"Operations":[{"op":"replace","path":"urn:example:W","value":{"note":"n"}}]})",
                           R"({"Operations":[{"op":"add","value":[{"urn:example:W:note":"n"}]}]})"})
    EXPECT_EQ(shown(body), with_note()) << body;
  EXPECT_EQ(shown(R"({"Operations":[{"op":"add","path":"urn:example:W:desk.key","value":"k"}]})"),
            with_key());
  EXPECT_EQ(shown(R"({"Operations":[{"op":"remove","path":"urn:example:W:note"}]})"), as_always());
}

TEST(Written, WhatTheClientAskedForComesFirst) {
  EXPECT_EQ(shown(R"({"note":"n"})", "userName"), json::value());
  EXPECT_EQ(shown(R"({"note":"n"})", "", "note"), as_always());
}

TEST(Written, BodiesThatMakeNoSenseSetNothing) {
  for (const auto* body :
       {"7", "[]", R"({"Operations":7})", R"({"Operations":[7,{"path":7,"value":1},{"op":"add"}]})",
        R"({"Operations":[{"path":"nope[","value":1},{"value":7}]})", R"({"urn:example:W":7})",
        R"({"urn:example:W":{"desk":7}})"})
    EXPECT_EQ(shown(body), as_always()) << body;
}

}  // namespace
}  // namespace dirbridge::scim
