#pragma once
// An LDAP entry as a value: a DN and attributes. Attribute descriptions compare case-insensitively (RFC
// 4512 2.5), values are bytes and keep the server's order.
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "directory/dn.hpp"

namespace dirbridge::directory {

struct Attribute {
  std::string name;
  std::vector<std::string> values;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<Attribute> list) : list_(list) {}

  void set(std::string_view name, std::vector<std::string> values);  // no values: the attribute goes
  void add(std::string_view name, std::string value);
  // Without looking for the name: for readers of a wire format that names each attribute once.
  void append(Attribute attribute) { list_.push_back(std::move(attribute)); }

  const std::vector<std::string>* find(std::string_view name) const;    // nullptr: absent
  const std::vector<std::string>& values(std::string_view name) const;  // none: absent
  std::string_view first(std::string_view name) const;                  // empty: absent
  std::vector<std::string> take(std::string_view name);                 // moved out; empty: absent
  bool has_value(std::string_view name,
                 std::string_view value) const;  // value compared ASCII case-insensitively
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

 private:
  std::vector<Attribute> list_;
};

struct Entry {
  Dn dn;
  Attributes attributes;
};

}  // namespace dirbridge::directory
