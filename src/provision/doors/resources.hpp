#pragma once
// All that can be done with the users, or the groups, of one connection. Whoever asks is given the part that
// it needs: the SCIM server reads and writes, `held` decides, `apply` converges.
#include <memory>

#include "provision/context.hpp"
#include "provision/doors/convergent.hpp"
#include "provision/doors/decider.hpp"
#include "provision/doors/reader.hpp"
#include "provision/doors/writer.hpp"

namespace dirbridge::provision {

class ReaderWriter : public Reader, public Writer {};
class Resources : public ReaderWriter, public Decider, public Convergent {};

// What `context` refers to outlives them.
std::unique_ptr<Resources> make_users(const Context& context);
std::unique_ptr<Resources> make_groups(const Context& context);

}  // namespace dirbridge::provision
