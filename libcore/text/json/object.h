// Fills columns from the keys of an object: of a record, and of a struct inside one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/text/json/column.h"

namespace penstock {

// Keys usually come in the order of the object before. So each key remembers which key followed it,
// and that one is compared first, sixteen bytes at a time.
class JsonObject {
 public:
  // `path` is the object's name in messages, empty for the record; `top` as in JsonColumn.
  JsonObject(std::string path, std::string top) : path_(std::move(path)), top_(std::move(top)) {}

  // Adds a key that may appear, with its column, or nullptr to skip its values. A column that is
  // not kept gets no rows where the key is missing, and finish() does not return it.
  void add(const std::string& name, std::unique_ptr<JsonColumn> column);
  // Call this after the last add().
  void finish_keys();

  // Appends one row to every column from the object at `token` (which is '{'), with null for keys
  // that are missing. Returns the token after it, or nullptr with a problem when it is not a JSON
  // object or has a key twice; then call truncate() to remove the row. An unknown key is a problem,
  // and its value is skipped.
  const uint32_t* append(JsonContext& context, const uint32_t* token);
  void append_null();

  void truncate(int64_t length);
  // Returns the columns that are kept, in the order of add().
  std::vector<ColumnPtr> finish();

 private:
  struct Key {
    std::string name;
    std::unique_ptr<JsonColumn> column;
    uint64_t pattern[2] = {};  // the name and its closing quote, the first sixteen bytes
    uint64_t mask[2] = {};
    bool plain = false;  // the name is written without escapes in JSON
    uint32_t next = 0;   // the key that followed it last
    uint64_t seen = 0;   // the last object that had it
  };
  static constexpr uint32_t kUnknown = ~uint32_t{0};

  static bool matches(const Key& key, const uint8_t* data, const uint32_t* token);
  // Finds a key by its name: kUnknown when it was not added. Returns false when there is no key at
  // `token`.
  bool look_up(JsonContext& context, const uint32_t* token, uint32_t& key);
  const uint32_t* append_unknown(JsonContext& context, const uint32_t* token,
                                 const uint32_t* value);
  const uint32_t* no_value(JsonContext& context, const std::string& key) const;
  const uint32_t* wrong(JsonContext& context, std::string reason) const;
  void fill_missing();

  std::string path_;
  std::string top_;
  std::vector<Key> keys_;
  std::vector<uint32_t> made_;     // the keys whose column is kept; often few of many
  std::vector<uint32_t> checked_;  // the keys whose column is not kept
  std::vector<std::pair<std::string_view, uint32_t>> by_name_;  // sorted; views of keys_
  uint32_t first_ = 0;                                          // the first key of the last object
  uint64_t objects_ = 0;
  std::string scratch_;
};

}  // namespace penstock
