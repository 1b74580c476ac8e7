#include "support/memory_connection.hpp"

#include <stdexcept>

#include "support/dn.hpp"

namespace dirbridge::test {

MemoryWorld::MemoryWorld() {
  directory_.load({dn("dc=example,dc=org"), {{"objectClass", {"organization", "dcObject"}}}});
  for (const auto* unit : {"people", "groups", "dirbridge", "services"})
    add("ou=" + std::string(unit) + ",dc=example,dc=org", {{"objectClass", {"organizationalUnit"}}});
}

void MemoryWorld::add(const std::string& name, directory::Attributes attributes) {
  const auto done = directory_.apply({directory::Add{dn(name), std::move(attributes)}, "somebody else"}, {},
                                     deadline_in(std::chrono::seconds(1)));
  if (!done) throw std::runtime_error(name + ": " + done.error().detail);
}

mapping::Rules memory_rules(const std::string& name, const std::function<void(mapping::Rules&)>& adjust) {
  mapping::Rules rules;
  rules.connection = name;
  rules.user_base = dn("ou=people,dc=example,dc=org");
  rules.group_base = dn("ou=groups,dc=example,dc=org");
  rules.bridge_base = dn("ou=dirbridge,dc=example,dc=org");
  rules.group_shape.placeholder = dn("cn=dirbridge-placeholder");
  adjust(rules);
  return rules;
}

}  // namespace dirbridge::test
