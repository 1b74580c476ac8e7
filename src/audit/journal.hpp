#pragma once
// The journal that writes lines of the audit to its file. Thread-safe.
#include <memory>

#include "audit/file.hpp"
#include "audit/redaction.hpp"
#include "base/clock.hpp"
#include "sync/journal.hpp"

namespace dirbridge::audit {

// `clock` outlives it.
std::unique_ptr<sync::Journal> make_journal(FileSettings file, Secrets secrets, const Clock& clock);

}  // namespace dirbridge::audit
