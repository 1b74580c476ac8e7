#include "ldap/change_call.hpp"

#include <ldap.h>

#include "ldap/codec.hpp"
#include "ldap/dialect.hpp"
#include "ldap/message.hpp"
#include "ldap/result_code.hpp"

namespace dirbridge::ldap {

namespace {

// LDAPMod** over attributes or modifications, without a copy of the values; libldap encodes at once.
class ModList {
 public:
  explicit ModList(const directory::Attributes& attributes) {
    std::size_t values = 0;
    for (const auto& a : attributes) values += a.values.size();
    reserve(attributes.size(), values);
    for (const auto& a : attributes) add(LDAP_MOD_ADD, a.name, a.values);
    finish();
  }

  // A permissive delete of a whole attribute is sent as a replace by nothing, which no absence can fail (RFC
  // 4511 4.6).
  explicit ModList(const directory::Modify& modify) {
    std::size_t values = 0;
    for (const auto& m : modify.modifications) values += m.values.size();
    reserve(modify.modifications.size(), values);
    for (const auto& m : modify.modifications) {
      const bool clears =
          m.op == directory::Modification::Op::Delete && m.values.empty() && modify.permissive;
      add(clears ? LDAP_MOD_REPLACE : operation_of(m.op), m.attribute, m.values);
    }
    finish();
  }

  LDAPMod** data() { return pointers_.data(); }

 private:
  static int operation_of(directory::Modification::Op op) {
    switch (op) {
      case directory::Modification::Op::Add:
        return LDAP_MOD_ADD;
      case directory::Modification::Op::Delete:
        return LDAP_MOD_DELETE;
      case directory::Modification::Op::Replace:
        return LDAP_MOD_REPLACE;
    }
    return LDAP_MOD_REPLACE;
  }

  void reserve(std::size_t mods, std::size_t values) {  // pointers into these vectors must not move
    mods_.reserve(mods);
    values_.reserve(values);
    value_pointers_.reserve(values + mods);
  }

  void add(int operation, const std::string& name, const std::vector<std::string>& values) {
    LDAPMod mod{};
    mod.mod_op = operation | LDAP_MOD_BVALUES;
    mod.mod_type = const_cast<char*>(name.c_str());
    if (!values.empty()) {
      const auto first = value_pointers_.size();
      for (const auto& v : values) {
        values_.push_back({v.size(), const_cast<char*>(v.data())});
        value_pointers_.push_back(&values_.back());
      }
      value_pointers_.push_back(nullptr);
      mod.mod_bvalues = &value_pointers_[first];
    }
    mods_.push_back(mod);
  }

  void finish() {
    pointers_.reserve(mods_.size() + 1);
    for (auto& mod : mods_) pointers_.push_back(&mod);
    pointers_.push_back(nullptr);
  }

  std::vector<LDAPMod> mods_;
  std::vector<LDAPMod*> pointers_;
  std::vector<berval> values_;
  std::vector<berval*> value_pointers_;
};

class RequestControls {
 public:
  void add(const char* oid, std::string value, bool has_value, bool critical) {
    values_[count_] = std::move(value);
    controls_[count_].ldctl_oid = const_cast<char*>(oid);
    controls_[count_].ldctl_iscritical = critical ? 1 : 0;
    if (has_value) controls_[count_].ldctl_value = {values_[count_].size(), values_[count_].data()};
    pointers_[count_] = &controls_[count_];
    ++count_;
  }
  LDAPControl** data() { return count_ == 0 ? nullptr : pointers_; }

 private:
  std::string values_[3];
  LDAPControl controls_[3]{};
  LDAPControl* pointers_[4]{};
  std::size_t count_ = 0;
};

struct Starter {
  ::ldap* handle;
  LDAPControl** controls;
  int& id;

  int operator()(const directory::Add& add) const {
    ModList mods(add.attributes);
    return ldap_add_ext(handle, add.dn.str().c_str(), mods.data(), controls, nullptr, &id);
  }
  int operator()(const directory::Modify& modify) const {
    ModList mods(modify);
    return ldap_modify_ext(handle, modify.dn.str().c_str(), mods.data(), controls, nullptr, &id);
  }
  int operator()(const directory::Rename& rename) const {
    const auto rdn = rename.new_rdn.str();
    const char* superior = rename.new_superior ? rename.new_superior->str().c_str() : nullptr;
    const int delete_old_rdn = 1;
    return ldap_rename(handle, rename.dn.str().c_str(), rdn.c_str(), superior, delete_old_rdn, controls,
                       nullptr, &id);
  }
  int operator()(const directory::Delete& removal) const {
    return ldap_delete_ext(handle, removal.dn.str().c_str(), controls, nullptr, &id);
  }
};

}  // namespace

int ChangeCall::start(const Session& session, int& id) {
  RequestControls controls;
  const auto* modify = std::get_if<directory::Modify>(&change_.operation);
  const auto* only_if = directory::condition(change_);
  if (only_if && session.capabilities.assertion) {
    auto condition = encode_filter(session.handle, *only_if);
    if (!condition) return LDAP_FILTER_ERROR;
    controls.add(oid::assertion, std::move(*condition), true, true);
  }
  if (modify && modify->permissive && session.capabilities.permissive_modify)
    controls.add(oid::permissive_modify, {}, false, true);
  const bool deletes = std::holds_alternative<directory::Delete>(change_.operation);
  if (!read_back_.empty() && !deletes && session.capabilities.post_read)
    controls.add(oid::post_read, encode_attribute_selection(read_back_), true, false);
  return std::visit(Starter{session.handle, controls.data(), id}, change_.operation);
}

bool ChangeCall::take_result(const Session& session, ::ldapmsg* message) {
  Call::take_result(session, message);
  const auto* add = std::get_if<directory::Add>(&change_.operation);
  if (code_ == code::no_such_object && add) fail(directory::missing_base(add->dn.parent()));
  if (code_ != code::success || read_back_.empty()) return true;
  const auto controls = controls_of(session.handle, message);
  const LDAPControl* answer = ldap_control_find(oid::post_read, controls.get(), nullptr);
  if (!answer) return true;
  if (auto entry = decode_post_read(answer->ldctl_value)) entry_ = std::move(*entry);
  return true;
}

}  // namespace dirbridge::ldap
