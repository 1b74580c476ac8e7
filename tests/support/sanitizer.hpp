#pragma once
// Long random walks are shortened where a sanitizer makes each step many times dearer.

namespace dirbridge::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DIRBRIDGE_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DIRBRIDGE_SANITIZED 1
#endif

constexpr int steps(int plain, int sanitized) {
#ifdef DIRBRIDGE_SANITIZED
  return static_cast<void>(plain), sanitized;
#else
  return static_cast<void>(sanitized), plain;
#endif
}

}  // namespace dirbridge::test
