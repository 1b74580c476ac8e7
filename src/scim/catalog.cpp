#include "scim/catalog.hpp"

#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "scim/embedded_schemas.hpp"

namespace dirbridge::scim {
namespace {

Schema load(std::string_view text) {
  return read_schema(json::parse({text.data(), text.size()})).value();
}

Result<void> check_extension(const Schema& schema, const Catalog& catalog) {
  if (catalog.find_schema(schema.id))
    return error(ErrorKind::InvalidValue, "the schema " + schema.id + " exists already", "id");
  if (schema.id.find(':') == std::string::npos)
    return error(ErrorKind::InvalidValue, "a schema's id must be a URN: " + schema.id, "id");
  for (const auto& attribute : schema.attributes)
    if (attribute.mutability == Mutability::WriteOnly)
      return error(ErrorKind::InvalidValue, "only password may be writeOnly, not " + attribute.name,
                   "attributes");
  return {};
}

Result<void> extend(Catalog& catalog, ResourceType& type, const std::vector<Schema>& extensions) {
  for (const auto& extension : extensions) {
    if (auto good = check_extension(extension, catalog); !good) return good;
    type.extensions.push_back(extension);
    catalog.schemas.push_back(extension);
  }
  return {};
}

}  // namespace

const Schema* Catalog::find_schema(std::string_view urn) const {
  for (const auto& schema : schemas)
    if (iequals(schema.id, urn)) return &schema;
  return nullptr;
}

const ResourceType* Catalog::find_type(std::string_view name) const {
  if (iequals(name, user.name)) return &user;
  if (iequals(name, group.name)) return &group;
  return nullptr;
}

Result<Catalog> make_catalog(const std::vector<Schema>& user_extensions,
                             const std::vector<Schema>& group_extensions) {
  Catalog out;
  out.user = {"User",
              "/Users",
              "User account",
              load(embedded::user_json),
              {load(embedded::enterprise_user_json)},
              load(embedded::common_json)};
  out.group = {"Group", "/Groups", "Group", load(embedded::group_json), {}, load(embedded::common_json)};
  out.schemas = {out.user.core,
                 out.user.extensions.front(),
                 out.group.core,
                 load(embedded::service_provider_config_json),
                 load(embedded::resource_type_json),
                 load(embedded::schema_json)};
  if (auto good = extend(out, out.user, user_extensions); !good) return good.error();
  if (auto good = extend(out, out.group, group_extensions); !good) return good.error();
  return out;
}

const Catalog& standard_catalog() {
  static const Catalog catalog = make_catalog({}, {}).value();
  return catalog;
}

}  // namespace dirbridge::scim
