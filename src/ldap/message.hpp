#pragma once
// Messages of a handle: waiting for one, and what is in a final one. Non-blocking sockets only: half a
// message never blocks.
#include <memory>
#include <string>

#include "base/clock.hpp"

struct ldap;
struct ldapmsg;
struct ldapcontrol;

namespace dirbridge::ldap {

struct FreeMessage {
  void operator()(::ldapmsg* message) const;
};
using Message = std::unique_ptr<::ldapmsg, FreeMessage>;

enum class Waited { Arrived, Timeout, Broken };

// The next message of any request, whichever comes first.
Waited wait_for_message(::ldap* handle, Deadline deadline, Message& message);
// The same without waiting: Timeout when there is none.
Waited poll_message(::ldap* handle, Message& message);

// Bytes were read from the socket that belong to a message nobody has asked for yet.
bool has_buffered(::ldap* handle);

// The result code of a final message, with the server's words. 80 (other) when it cannot be decoded.
int result_of(::ldap* handle, ::ldapmsg* message, std::string& diagnostic);

struct FreeControls {
  void operator()(::ldapcontrol** controls) const;
};
using Controls = std::unique_ptr<::ldapcontrol*, FreeControls>;
// The controls that came with a final message; empty when there are none.
Controls controls_of(::ldap* handle, ::ldapmsg* message);

// libldap's explanation of its last failure on this handle; empty when it has none.
std::string diagnostic_of(::ldap* handle);

}  // namespace dirbridge::ldap
