#pragma once
// SCIM 1.1 (simplecloud.info, core schema 1.0 and API 1.1) as another way of writing SCIM 2.0: messages are
// translated at the edge, in both directions. Pure.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "scim/catalog.hpp"

namespace dirbridge::scim {

inline constexpr std::string_view v1_core_urn = "urn:scim:schemas:core:1.0";
inline constexpr std::string_view v1_enterprise_urn = "urn:scim:schemas:extension:enterprise:1.0";

// The body of a POST or PUT. What is no resource comes back as it is: whoever reads it says what is wrong.
json::value v1_resource_to_v2(json::value body);

// The body of a PATCH (API 1.1, 3.2.2): `meta.attributes` are removed, single values replaced, complex ones
// merged, and values added to lists, or taken away with "operation": "delete". InvalidSyntax: no object, or a
// PatchOp of SCIM 2.0. InvalidValue: another operation.
Result<json::value> v1_patch_to_v2(json::value body);

// A resource, a list of them, or an error, as an answer. Others come back as they are.
json::object v1_answer(json::object v2);

json::object v1_service_provider_config(const json::object& v2);
json::object v1_schemas(const Catalog& catalog);

}  // namespace dirbridge::scim
