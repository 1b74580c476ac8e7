#include "config/types.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace dirbridge::config {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

// A whole number of N, which is a number or a time.
template <class N>
Type<N> number(std::size_t least, std::size_t most) {
  return {.values = Values::number(least, most),
          .read =
              [least, most](ObjectReader& reader, std::string_view key, N& out) {
                if (const auto found = reader.number(key, least, most)) out = N(*found);
              },
          .write =
              [](const N& value) {
                if constexpr (requires { value.count(); })
                  return json::value(static_cast<std::uint64_t>(value.count()));
                else
                  return json::value(std::uint64_t{value});
              }};
}

std::optional<Listen> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto address = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  Listen listen;
  const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (ec != std::errc() || end != port.data() + port.size()) return std::nullopt;
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  listen.address = address == "localhost" ? "127.0.0.1" : std::string(address);
  unsigned char buffer[sizeof(in6_addr)];
  const int family = bracketed ? AF_INET6 : AF_INET;
  if (inet_pton(family, listen.address.c_str(), buffer) != 1) return std::nullopt;
  return listen;
}

void read_listen(ObjectReader& reader, std::string_view key, Listen& listen) {
  const auto text = reader.text(key);
  if (!text) return;
  if (const auto parsed = parse_listen(*text)) {
    listen = *parsed;
  } else {
    reader.problem(key, "is not \"address:port\" with a numeric address or localhost",
                   "such as 127.0.0.1:8080, 0.0.0.0:8443 for all of IPv4, [::]:8443 for all of IPv6");
  }
}

void read_flag_or_auto(ObjectReader& reader, std::string_view key, std::optional<bool>& out) {
  const auto* value = reader.raw(key);
  if (!value || (value->is_string() && value->get_string() == "auto")) return;
  if (value->is_bool())
    out = value->get_bool();
  else
    reader.problem(key, "must be true, false or \"auto\"", "\"auto\": as the server says");
}

void read_dn(ObjectReader& reader, std::string_view key, directory::Dn& out) {
  const auto text = reader.text(key);
  if (!text) return;
  if (auto parsed = directory::Dn::parse(*text))
    out = std::move(*parsed);
  else
    reader.problem(key, parsed.error().detail, "such as ou=people,dc=example,dc=org");
}

void read_ldap_attribute(ObjectReader& reader, std::string_view key, std::string& name) {
  const auto text = reader.text(key);
  if (!text) return;
  if (!is_ldap_attribute_name(*text))
    reader.problem(key, "is not an attribute name", "leave it out for " + name);
  name = *text;
}

void read_secret(ObjectReader& reader, std::string_view key, SecretSource& out) {
  const auto* value = reader.raw(key);
  if (!value) return;
  if (value->is_string())
    return reader.problem(
        key, "a secret must not stand in the configuration: it would end up in backups and tickets",
        secret_hint);
  auto section = reader.object(key);
  const auto file = section->file("file");
  const auto variable = section->text("env");
  if (value->is_object() && file.has_value() == variable.has_value())
    section->problem("", "needs one of file and env", secret_hint);
  section->finish();
  if (file) out = {SecretSource::From::File, *file};
  if (variable) out = {SecretSource::From::Environment, *variable};
}

Values secret_values() {
  return Values::section(
      {{"file", Values::text("file name"),
        "the secret is the first line of this file, which only its owner may read (0600, or 0640 for a "
        "service group)"},
       {"env", Values::text("name"),
        "the secret is in this environment variable, which more people can read than a file"}},
      Values::Kind::OneKey);
}

}  // namespace

bool is_ldap_attribute_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

Type<bool> flag() {
  return {.values = Values(Values::Kind::Flag),
          .read = [](ObjectReader& reader, std::string_view key,
                     bool& out) { out = reader.boolean(key).value_or(out); },
          .write = [](const bool& value) { return json::value(value); }};
}

Type<std::optional<bool>> optional_flag() {
  return {
      .values = Values(Values::Kind::Flag),
      .read =
          [](ObjectReader& reader, std::string_view key, std::optional<bool>& out) {
            if (const auto value = reader.boolean(key)) out = *value;
          },
      .write = [](const std::optional<bool>& value) { return value ? json::value(*value) : json::value(); }};
}

Type<std::optional<bool>> flag_or_auto() {
  return {.values = Values(Values::Kind::FlagOrAuto),
          .read = read_flag_or_auto,
          .write = [](const std::optional<bool>& value) {
            return value ? json::value(*value) : json::value("auto");
          }};
}

Type<std::size_t> count(std::size_t least, std::size_t most) {
  return number<std::size_t>(least, most);
}

Type<unsigned> percent() {
  return number<unsigned>(1, 100);
}

Type<std::chrono::milliseconds> milliseconds(std::size_t least, std::size_t most) {
  return number<std::chrono::milliseconds>(least, most);
}

Type<std::chrono::minutes> minutes(std::size_t least, std::size_t most) {
  return number<std::chrono::minutes>(least, most);
}

Type<std::chrono::days> days(std::size_t most) {
  return number<std::chrono::days>(0, most);
}

Type<std::string> text(std::string_view shown) {
  return {.values = Values::text(shown),
          .read =
              [](ObjectReader& reader, std::string_view key, std::string& out) {
                if (auto value = reader.text(key)) out = std::move(*value);
              },
          .write = text_or_null};
}

Type<std::string> file() {
  return {.values = Values::text("file name"),
          .read =
              [](ObjectReader& reader, std::string_view key, std::string& out) {
                if (auto name = reader.file(key)) out = std::move(*name);
              },
          .write = text_or_null};
}

Type<std::vector<std::string>> texts(std::string_view shown) {
  return {.values = Values::texts(shown),
          .read =
              [](ObjectReader& reader, std::string_view key, std::vector<std::string>& out) {
                for (auto& [text, path] : reader.texts(key)) out.push_back(std::move(text));
              },
          .write =
              [](const std::vector<std::string>& all) {
                return json::value(json::array(all.begin(), all.end()));
              }};
}

Type<directory::Dn> dn() {
  return {.values = Values::text("DN"), .read = read_dn, .write = [](const directory::Dn& value) {
            return text_or_null(value.str());
          }};
}

Type<std::optional<directory::Dn>> optional_dn() {
  return {.values = dn().values, .read = nullptr, .write = [](const std::optional<directory::Dn>& value) {
            return value ? json::value(value->str()) : json::value();
          }};
}

std::string listed(const std::vector<std::string_view>& words) {
  return join({words.begin(), words.end()}, ", ");
}

Type<std::vector<directory::Dn>> dns(std::string_view shown) {
  return {.values = texts(shown).values, .read = nullptr, .write = [](const std::vector<directory::Dn>& all) {
            json::array out;
            for (const auto& one : all) out.emplace_back(one.str());
            return json::value(std::move(out));
          }};
}

Type<std::string> ldap_attribute() {
  return {.values = Values::text("attribute"), .read = read_ldap_attribute, .write = text_or_null};
}

Type<SecretSource> secret() {
  return {.values = secret_values(), .read = read_secret, .write = [](const SecretSource& source) {
            const auto* const key = source.from == SecretSource::From::File ? "file" : "env";
            return json::value(json::object{{key, source.name}});
          }};
}

Type<Listen> listen() {
  return {.values = Values::text("address:port"), .read = read_listen, .write = [](const Listen& listen) {
            const bool is_ipv6 = listen.address.find(':') != std::string::npos;
            const auto address = is_ipv6 ? "[" + listen.address + "]" : listen.address;
            return json::value(address + ":" + std::to_string(listen.port));
          }};
}

}  // namespace dirbridge::config
