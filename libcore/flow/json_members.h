// Reads the JSON files that runs keep, whose members are all known: the seam to simdjson in this
// room.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

// The members of an object, each with what reads it. All must be there, once, and no others. What
// they read into outlives this.
class JsonMembers {
 public:
  using Read = std::function<void(simdjson::dom::element)>;

  void text(const char* name, std::string& target);
  void texts(const char* name, std::vector<std::string>& target);
  void flag(const char* name, bool& target);
  // At least 0.
  void count(const char* name, int64_t& target);
  void count(const char* name, uint64_t& target);
  // At least `least`; may be missing.
  void count_if_there(const char* name, int64_t least, int64_t& target);
  void number(const char* name, double& target);
  // `read` throws Error, or what simdjson throws.
  void add(const char* name, Read read) { members_[name] = {std::move(read), false, false}; }

  // Throws Error for members that are missing, not known, there twice or of another kind, and for
  // what is not an object.
  void read(simdjson::dom::element object);

  // What a file must say of itself: the member that has the version of its format.
  struct Format {
    const char* member;
    int64_t version;
    const char* of;  // for people: "a run"
  };
  // The same of a whole file; any bytes are safe. Throws Error for text that is not JSON and for
  // another version, too.
  void read_file(std::string_view json, const Format& format);

 private:
  struct Member {
    Read read;
    bool is_read = false;
    bool may_be_missing = false;
  };
  std::map<std::string, Member> members_;
};

}  // namespace penstock
