#pragma once
// A throw-away certificate authority and a server certificate for localhost, 127.0.0.1 and ::1. For private
// servers only: the authority's key is forgotten as soon as it has signed. Clients on libldap must be given
// 127.0.0.1: for "localhost" libldap checks the machine's own name instead. Errors: Internal.
#include <string>

#include "base/result.hpp"

namespace dirbridge::slapd {

// Writes ca.pem, server.pem and server.key (0600) into the folder. Valid for ten years; ECDSA P-256.
Result<> make_tls_material(const std::string& folder);

}  // namespace dirbridge::slapd
