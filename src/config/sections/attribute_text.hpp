#pragma once
// An attribute definition of an extension schema (RFC 7643 section 7) as it stands in the configuration.
#include <boost/json/object.hpp>

#include "config/types.hpp"

namespace dirbridge::config {

// What is left out has the default of RFC 7643 2.2.
struct AttributeText {
  std::string name;
  std::string type = "string";
  bool multi_valued = false;
  std::string description;
  bool required = false;
  bool case_exact = false;
  std::string mutability = "readWrite";
  std::string returned = "default";
  std::string uniqueness = "none";
  std::vector<std::string> canonical_values;
  std::vector<std::string> reference_types;
  std::vector<AttributeText> sub_attributes{};  // of a complex one
  std::string ldap_attribute{};                 // empty: not shown on the entry
};

const Keys<AttributeText>& attribute_keys();
const Keys<AttributeText>& sub_attribute_keys();
Type<std::vector<AttributeText>> attribute_list(const Keys<AttributeText>& keys);  // code reads it

// In the words of a schema document, complete; and back. The LDAP attribute is not in it.
boost::json::object document_of(const AttributeText& attribute);
AttributeText text_of(const boost::json::object& document);

}  // namespace dirbridge::config
