#include "libcore/text/json/object.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/text/json/text.h"

namespace penstock {
namespace {

// A value that is stepped over without a further check may begin with any byte here: the text after
// it is a token of its own, or part of this one.
bool begins_scalar(uint8_t c) {
  return c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
}

const uint32_t* step_over(const uint8_t* data, const uint32_t* token) {
  return begins_scalar(data[*token]) ? token + 1 : skip_json(data, token);
}

std::string_view head_of(const uint8_t* data, const uint32_t* token) {
  std::string_view text = json_token(data, token);
  return text.empty() ? std::string_view("the end") : text;
}

}  // namespace

void JsonObject::add(const std::string& name, std::unique_ptr<JsonColumn> column) {
  Key key;
  key.name = name;
  key.column = std::move(column);
  key.plain = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  });
  std::string quoted = name + '"';
  std::string mask(quoted.size(), '\xFF');
  quoted.resize(std::max<size_t>(quoted.size(), 16));
  mask.resize(std::max<size_t>(mask.size(), 16));
  std::memcpy(key.pattern, quoted.data(), 16);
  std::memcpy(key.mask, mask.data(), 16);
  key.next = static_cast<uint32_t>(keys_.size() + 1);
  keys_.push_back(std::move(key));
}

void JsonObject::finish_keys() {
  for (uint32_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].column) (keys_[i].column->is_kept() ? made_ : checked_).push_back(i);
  }
  if (!keys_.empty()) keys_.back().next = 0;
  for (uint32_t i = 0; i < keys_.size(); ++i)
    by_name_.emplace_back(keys_[i].name, i);
  std::stable_sort(by_name_.begin(), by_name_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

// Whether the token is the key's name. Sixteen bytes may be read there whatever its length.
inline bool JsonObject::matches(const Key& key, const uint8_t* data, const uint32_t* token) {
  const uint8_t* text = data + *token + 1;
  uint64_t bytes[2];
  std::memcpy(bytes, text, 16);
  uint64_t differing =
      ((bytes[0] ^ key.pattern[0]) & key.mask[0]) | ((bytes[1] ^ key.pattern[1]) & key.mask[1]);
  if (differing != 0 || text[-1] != '"' || !key.plain) return false;
  size_t size = key.name.size();
  if (size < 16) return true;
  return token[1] - token[0] >= size + 2 && text[size] == '"' &&
         std::memcmp(text + 16, key.name.data() + 16, size - 16) == 0;
}

const uint32_t* JsonObject::append(JsonContext& context, const uint32_t* token) {
  const uint8_t* data = context.data;
  if (data[*token] != '{') {
    return wrong(context,
                 fmt::format("expected an object, found {}", printable(head_of(data, token))));
  }
  ++token;
  ++objects_;
  size_t found = 0;
  uint32_t* guess = &first_;
  bool empty = data[*token] == '}';
  if (empty) ++token;
  while (!empty) {
    uint32_t index = *guess;
    bool expected = index < keys_.size() && matches(keys_[index], data, token);
    if (!expected && !look_up(context, token, index)) return nullptr;
    if (data[token[1]] != ':') return wrong(context, "expected ':' after a key");
    const uint32_t* value = token + 2;
    if (index == kUnknown) {
      token = append_unknown(context, token, value);
    } else {
      Key& key = keys_[index];
      if (key.seen == objects_) {
        return wrong(context, fmt::format("key '{}' occurs twice", printable(key.name)));
      }
      key.seen = objects_;
      *guess = index;
      guess = &key.next;
      if (key.column && key.column->is_kept()) ++found;
      token = key.column ? key.column->append(context, value) : step_over(data, value);
      if (token == nullptr && !context.refused) {
        return no_value(context, key.name);
      }
    }
    if (token == nullptr) return nullptr;
    uint8_t separator = data[*token++];
    if (separator == '}') break;
    if (separator != ',') {
      return wrong(context, fmt::format("expected ',' or '}}', found {}",
                                        printable(head_of(data, token - 1))));
    }
  }
  if (found != made_.size()) fill_missing();
  return token;
}

bool JsonObject::look_up(JsonContext& context, const uint32_t* token, uint32_t& key) {
  std::string_view text = json_token(context.data, token);
  std::string_view name;
  if (!json_string_contents(text, name)) {
    wrong(context,
          fmt::format("expected a key, found {}", printable(head_of(context.data, token))));
    return false;
  }
  if (name.find('\\') != name.npos) {
    scratch_.clear();
    if (const char* problem = append_unescaped(scratch_, name)) {
      wrong(context, fmt::format("key '{}' {}", printable(name), problem));
      return false;
    }
    name = scratch_;
  }
  auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                             [](const auto& entry, std::string_view n) { return entry.first < n; });
  key = at != by_name_.end() && at->first == name ? at->second : kUnknown;
  return true;
}

const uint32_t* JsonObject::append_unknown(JsonContext& context, const uint32_t* token,
                                           const uint32_t* value) {
  std::string_view contents;
  json_string_contents(json_token(context.data, token), contents);
  std::string name;
  append_unescaped(name, contents);
  const uint32_t* next = skip_json(context.data, value);
  if (next == nullptr) {
    return no_value(context, name);
  }
  JsonProblem problem;
  problem.column = path_.empty() ? name : path_ + "." + name;
  problem.reason = "no record of the sample has this key";
  problem.advice =
      fmt::format("use --types {}=text or --on-error=null", path_.empty() ? name : top_);
  context.problems.push_back(std::move(problem));
  return next;
}

const uint32_t* JsonObject::no_value(JsonContext& context, const std::string& key) const {
  return wrong(context,
               fmt::format("the value of key '{}' is not valid JSON, or is nested deeper than {}",
                           printable(key), kMaxNesting));
}

const uint32_t* JsonObject::wrong(JsonContext& context, std::string reason) const {
  JsonProblem problem;
  problem.reason = std::move(reason);
  problem.advice = "use --on-error=skip to leave such records out";
  context.problems.push_back(std::move(problem));
  context.refused = true;
  return nullptr;
}

void JsonObject::fill_missing() {
  for (uint32_t i : made_) {
    if (keys_[i].seen != objects_) keys_[i].column->append_null();
  }
}

void JsonObject::append_null() {
  for (uint32_t i : made_)
    keys_[i].column->append_null();
}

void JsonObject::truncate(int64_t length) {
  for (uint32_t i : made_)
    keys_[i].column->truncate(length);
}

std::vector<ColumnPtr> JsonObject::finish() {
  std::vector<ColumnPtr> columns;
  for (uint32_t i : made_)
    columns.push_back(keys_[i].column->finish());
  for (uint32_t i : checked_)
    keys_[i].column->finish();
  return columns;
}

}  // namespace penstock
