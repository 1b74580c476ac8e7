#pragma once
// A file descriptor with an owner, who closes it. One thread.
namespace dirbridge {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}  // negative: none
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  bool is_open() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release();  // to whoever owns it from now on

 private:
  int fd_ = -1;
};

}  // namespace dirbridge
