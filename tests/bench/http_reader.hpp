#pragma once
// Reads one HTTP/1.1 answer after the other from the bytes of a keep-alive connection: Content-Length,
// chunked, or no body (204). Only what the benchmark's server can send; anything else is an error. No I/O.
#include <cstddef>
#include <string>
#include <string_view>

namespace dirbridge::bench {

class HttpReader {
 public:
  enum class State { NeedMore, Complete, Broken };

  // Takes all the bytes. After Complete the answer is readable until the next start().
  State feed(std::string_view bytes);
  void start();

  int status() const { return status_; }
  std::string_view body() const { return body_; }
  bool closes() const { return closes_; }  // the server will close the connection

 private:
  enum class Part { Head, Sized, ChunkSize, ChunkData, Trailer };
  State advance();
  State read_head(std::size_t end);
  State read_chunk_size(std::string_view line);
  bool take_line(std::string_view& line);
  State take_data(Part following);

  Part part_ = Part::Head;
  std::string pending_;
  std::size_t used_ = 0;  // of pending_
  std::size_t wanted_ = 0;
  std::string body_;
  int status_ = 0;
  bool closes_ = false;
};

}  // namespace dirbridge::bench
