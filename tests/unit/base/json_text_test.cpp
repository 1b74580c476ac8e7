#include "base/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace dirbridge {
namespace {

namespace json = boost::json;

TEST(JsonText, WhatIsNoUtf8IsBase64WhereverItStands) {
  const json::value document{{"name", "Zo\xc3\xab\n"},
                             {"list", {"ok", "\xff\xfe", json::object{{"dn", "\x80"}}}}};
  const auto text = json_text(document);
  EXPECT_EQ(
      text,
      "{\"name\":\"Zo\xc3\xab\\n\",\"list\":[\"ok\",{\"base64\":\"__4\"},{\"dn\":{\"base64\":\"gA\"}}]}");
  EXPECT_NO_THROW(static_cast<void>(json::parse(text)));
}

}  // namespace
}  // namespace dirbridge
