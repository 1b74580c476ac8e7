#include "base/waiting.hpp"

namespace dirbridge {

namespace {

thread_local WaitObserver* observer = nullptr;

}  // namespace

void observe_waits(WaitObserver* who) {
  observer = who;
}

Waiting::Waiting() {
  if (observer) observer->begin_wait();
}

Waiting::~Waiting() {
  if (observer) observer->end_wait();
}

}  // namespace dirbridge
