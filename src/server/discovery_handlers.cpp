#include "server/discovery.hpp"
#include "server/handlers.hpp"
#include "server/render.hpp"

namespace dirbridge::server::handle {

namespace {

template <class Documents>
http::Response unless_filtered(const Exchange& exchange, const Documents& documents) {
  if (exchange.request.target.parameter("filter"))
    return answer(error(ErrorKind::Forbidden, "discovery cannot be filtered (RFC 7644 section 4)", "filter"));
  const Result<json::object> document = documents();
  return document ? answer(200, *document) : answer(document.error());
}

}  // namespace

http::Response show_service_provider_config(const Exchange& exchange) {
  return unless_filtered(exchange, [&] {
    const auto& connection = exchange.connection;
    return service_provider_config(exchange.base_url,
                                   {connection.default_page_size, connection.max_page_size,
                                    exchange.provider.max_body_bytes, connection.writes_passwords});
  });
}

http::Response list_resource_types(const Exchange& exchange) {
  return unless_filtered(exchange,
                         [&] { return resource_types(exchange.provider.catalog, exchange.base_url); });
}

http::Response show_resource_type(const Exchange& exchange) {
  return unless_filtered(
      exchange, [&] { return resource_type(exchange.provider.catalog, exchange.id, exchange.base_url); });
}

http::Response list_schemas(const Exchange& exchange) {
  return unless_filtered(exchange, [&] { return schemas(exchange.provider.catalog, exchange.base_url); });
}

http::Response show_schema(const Exchange& exchange) {
  return unless_filtered(exchange,
                         [&] { return schema(exchange.provider.catalog, exchange.id, exchange.base_url); });
}

}  // namespace dirbridge::server::handle
