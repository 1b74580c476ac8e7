#pragma once
// A scripted LDAP server on a free port of the loopback: each accepted connection runs the script in a thread
// of its own. Scripts see whole requests and answer with bytes; what they do not do is the point of the
// tests.
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace dirbridge::test {

struct Request {
  int id = 0;
  unsigned char operation = 0;  // its BER tag: 0x60 bind, 0x63 search, 0x66 modify, 0x68 add, 0x77 extended
};

// One accepted connection, as the script sees it.
class Session {
 public:
  Session(int fd, int number) : fd_(fd), number_(number) {}
  int number() const { return number_; }  // 0 for the first connection
  std::optional<Request> read();          // nothing: the client has closed
  bool more_to_read(int milliseconds);    // bytes, or the end, within that time
  void write(const std::string& bytes);
  void wait_for_close();   // reads nothing; returns when the client is gone or the test is over
  void wait_until_full();  // until nothing more arrives, as the client can send no more
  void drain();            // reads and forgets until then

  void forward_to(int port);  // passes bytes on in both directions until either side closes

  // Answers the bind and the search of the root DSE.
  bool welcome();

 private:
  bool read_exactly(char* to, std::size_t size);
  int fd_;
  int number_;
};

std::string result_message(int id, unsigned char operation, int code);  // LDAPResult with this tag
std::string entry_message(int id, const std::string& dn);               // an entry without attributes
std::string disconnection_notice();                                     // RFC 4511 4.4.1
// The tag of the answer to a request with this tag.
unsigned char answer_to(unsigned char operation);

class FakeServer {
 public:
  using Script = std::function<void(Session&)>;
  explicit FakeServer(Script script, std::string address = "127.0.0.1");
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::string uri(const std::string& scheme) const {
    return scheme + "://" + address_ + ":" + std::to_string(port_);
  }
  int accepted() const { return accepted_; }
  void wait_until_closed(int count);  // until it has closed so many connections

 private:
  void accept_all();

  Script script_;
  std::string address_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::atomic<int> closed_{0};
  std::mutex mutex_;
  std::list<int> fds_;
  std::list<std::thread> sessions_;
  std::thread acceptor_;
};

// Processor time this process has used so far, in milliseconds.
long cpu_milliseconds();

}  // namespace dirbridge::test
