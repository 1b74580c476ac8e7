#pragma once
// BER that libldap leaves to its callers: entries without a copy per value, and the values of controls.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "directory/entry.hpp"
#include "directory/filter.hpp"

struct ldap;
struct ldapmsg;
struct berval;

namespace dirbridge::ldap {

// A search entry. Internal when the server's message or DN cannot be decoded.
Result<directory::Entry> decode_entry(::ldap* handle, ::ldapmsg* message);

// The value of a post-read response control (RFC 4527 3.2): a search entry of its own.
Result<directory::Entry> decode_post_read(const ::berval& value);

// The value of a post-read request control (RFC 4511 4.5.1.8).
std::string encode_attribute_selection(const std::vector<std::string>& attributes);

// The value of an assertion control (RFC 4528 3). InvalidFilter when libldap cannot parse the filter.
Result<std::string> encode_filter(::ldap* handle, const directory::Filter& filter);

}  // namespace dirbridge::ldap
