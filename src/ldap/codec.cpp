#include "ldap/codec.hpp"

#include <ldap.h>

#include <memory>
#include <stdexcept>

namespace dirbridge::ldap {

namespace {

struct FreeElement {  // the buffer belongs to the message
  void operator()(BerElement* element) const { ber_free(element, 0); }
};
struct FreeOwnElement {
  void operator()(BerElement* element) const { ber_free(element, 1); }
};
struct FreeMemory {
  void operator()(void* memory) const { ber_memfree(memory); }
};
using OwnElement = std::unique_ptr<BerElement, FreeOwnElement>;
using Values = std::unique_ptr<berval, FreeMemory>;

Error undecodable(std::string_view what) {
  return error(ErrorKind::Internal,
               "the directory sent something that cannot be decoded: " + std::string(what));
}

std::string text_of(const berval& value) {
  return std::string(value.bv_val, value.bv_len);
}

Result<directory::Dn> dn_of(const berval& text) {
  auto dn = directory::Dn::parse(std::string_view(text.bv_val, text.bv_len));
  if (!dn) return undecodable("the DN " + text_of(text));
  return dn;
}

directory::Attribute attribute_of(const berval& name, berval* values) {
  directory::Attribute attribute;
  attribute.name = text_of(name);
  std::size_t count = 0;
  while (values && values[count].bv_val) ++count;
  attribute.values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) attribute.values.emplace_back(values[i].bv_val, values[i].bv_len);
  return attribute;
}

}  // namespace

Result<directory::Entry> decode_entry(::ldap* handle, ::ldapmsg* message) {
  BerElement* raw = nullptr;
  berval dn{};
  if (ldap_get_dn_ber(handle, message, &raw, &dn) != LDAP_SUCCESS) return undecodable("an entry");
  const std::unique_ptr<BerElement, FreeElement> element(raw);
  directory::Entry entry;
  auto parsed = dn_of(dn);
  if (!parsed) return parsed.error();
  entry.dn = std::move(*parsed);
  for (;;) {
    berval name{};
    BerVarray values = nullptr;
    if (ldap_get_attribute_ber(handle, message, raw, &name, &values) != LDAP_SUCCESS)
      return undecodable("an attribute of " + entry.dn.str());
    const Values owned(values);
    if (!name.bv_val) return entry;
    entry.attributes.append(attribute_of(name, values));
  }
}

Result<directory::Entry> decode_post_read(const ::berval& value) {
  berval copy = value;
  const OwnElement element(ber_init(&copy));
  if (!element) throw std::bad_alloc();
  directory::Entry entry;
  berval dn{};
  if (ber_scanf(element.get(), "{m", &dn) == LBER_ERROR) return undecodable("a post-read entry");
  auto parsed = dn_of(dn);
  if (!parsed) return parsed.error();
  entry.dn = std::move(*parsed);
  ber_len_t length = 0;
  char* end = nullptr;
  for (auto tag = ber_first_element(element.get(), &length, &end); tag != LBER_DEFAULT;
       tag = ber_next_element(element.get(), &length, end)) {
    berval name{};
    BerVarray values = nullptr;
    ber_len_t size = sizeof(berval);
    if (ber_scanf(element.get(), "{mM}", &name, &values, &size, ber_len_t{0}) == LBER_ERROR)
      return undecodable("a post-read attribute of " + entry.dn.str());
    const Values owned(values);
    entry.attributes.append(attribute_of(name, values));
  }
  return entry;
}

std::string encode_attribute_selection(const std::vector<std::string>& attributes) {
  const OwnElement element(ber_alloc_t(LBER_USE_DER));
  if (!element) throw std::bad_alloc();
  ber_printf(element.get(), "{");
  for (const auto& name : attributes) ber_printf(element.get(), "s", name.c_str());
  ber_printf(element.get(), "}");
  berval flat{};
  if (ber_flatten2(element.get(), &flat, 0) != 0) throw std::bad_alloc();
  return text_of(flat);
}

Result<std::string> encode_filter(::ldap* handle, const directory::Filter& filter) {
  std::string text = filter.str();
  berval flat{};
  if (ldap_create_assertion_control_value(handle, text.data(), &flat) != LDAP_SUCCESS)
    return error(ErrorKind::InvalidFilter, "not a filter that LDAP can send: " + filter.str());
  const std::unique_ptr<void, FreeMemory> owned(flat.bv_val);
  return text_of(flat);
}

}  // namespace dirbridge::ldap
