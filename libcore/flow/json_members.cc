#include "libcore/flow/json_members.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/error.h"

namespace penstock {

using simdjson::dom::element;

void JsonMembers::text(const char* name, std::string& target) {
  add(name, [&target](element value) { target = std::string_view(value); });
}

void JsonMembers::texts(const char* name, std::vector<std::string>& target) {
  add(name, [&target](element value) {
    for (element each : simdjson::dom::array(value))
      target.emplace_back(std::string_view(each));
  });
}

void JsonMembers::flag(const char* name, bool& target) {
  add(name, [&target](element value) { target = bool(value); });
}

void JsonMembers::count(const char* name, int64_t& target) {
  add(name, [&target, name](element value) {
    target = int64_t(value);
    if (target < 0) throw Error(fmt::format("'{}' is negative", name));
  });
}

void JsonMembers::count(const char* name, uint64_t& target) {
  add(name, [&target](element value) { target = uint64_t(value); });
}

void JsonMembers::count_if_there(const char* name, int64_t least, int64_t& target) {
  add(name, [&target, name, least](element value) {
    target = int64_t(value);
    if (target < least) throw Error(fmt::format("'{}' is less than {}", name, least));
  });
  members_[name].may_be_missing = true;
}

void JsonMembers::number(const char* name, double& target) {
  add(name, [&target](element value) { target = double(value); });
}

void JsonMembers::read(element object) {
  for (auto [name, value] : simdjson::dom::object(object)) {
    auto member = members_.find(std::string(name));
    if (member == members_.end()) throw Error(fmt::format("'{}' is not known", name));
    if (std::exchange(member->second.is_read, true)) {
      throw Error(fmt::format("'{}' stands there twice", name));
    }
    try {
      member->second.read(value);
    } catch (const simdjson::simdjson_error& error) {
      throw Error(fmt::format("'{}': {}", name, error.what()));
    }
  }
  for (const auto& [name, member] : members_) {
    if (!member.is_read && !member.may_be_missing) {
      throw Error(fmt::format("'{}' is missing", name));
    }
  }
}

void JsonMembers::read_file(std::string_view json, const Format& format) {
  add(format.member, [](element) {});
  try {
    simdjson::dom::parser parser;
    simdjson::padded_string padded(json);
    element root = parser.parse(padded);
    // Before all else: another version may have other members.
    int64_t version(root[format.member]);
    if (version != format.version) {
      throw Error(fmt::format("is of version {} of its format, and this program reads version {}",
                              version, format.version));
    }
    read(root);
  } catch (const simdjson::simdjson_error& error) {
    throw Error(fmt::format("is not what was written of {}: {}", format.of, error.what()));
  }
}

}  // namespace penstock
