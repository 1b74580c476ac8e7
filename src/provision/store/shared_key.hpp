#pragma once
// A secret that all instances of the bridge share for one connection: random, made by whichever needs it
// first, kept under the bridge base (design rule 13), so that nobody has to configure or rotate it. Deleting
// its entry makes a new one. Thread-safe.
#include <memory>
#include <optional>

#include "base/secret.hpp"
#include "provision/context.hpp"

namespace dirbridge::provision {

class SharedKey {
 public:
  virtual ~SharedKey() = default;
  // Made when there is none yet. Unavailable and alike: it can be neither read nor made now.
  virtual Result<Secret> get(Deadline deadline) = 0;
  // As the directory has it now; nullopt when nobody has made one. For what another instance may have sealed.
  virtual Result<std::optional<Secret>> look(Deadline deadline) = 0;
};

std::unique_ptr<SharedKey> make_shared_key(const Context& context);
// Written by `writer`, which outlives it: one without a journal, as the audit is no place for a key.
std::unique_ptr<SharedKey> make_shared_key(const Context& context, sync::Reconciler& writer);

}  // namespace dirbridge::provision
