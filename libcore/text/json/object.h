// An object's keys as columns: of a record, and of a struct inside one.
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

// Keys mostly come in the order of the object before: each key remembers which one followed it, and
// is compared with that one first, sixteen bytes at a time.
class JsonObject {
 public:
  // `path` is what messages call the object, empty for the record; `top` as in JsonColumn.
  JsonObject(std::string path, std::string top) : path_(std::move(path)), top_(std::move(top)) {}

  // A key that may appear. Its column, or nullptr when its values are stepped over. A column that
  // is not kept gets no rows where the key is missing, and is not given by finish().
  void add(const std::string& name, std::unique_ptr<JsonColumn> column);
  // To be called after the last add().
  void finish_keys();

  // Appends one row to every column from the object at `token` (which is '{'): null for keys that
  // are missing. Returns the token after it, or nullptr with a problem when it is no JSON object,
  // or has a key twice; then rows are to be taken back by truncate(). A key that is unknown is a
  // problem, its value is stepped over.
  const uint32_t* append(JsonContext& context, const uint32_t* token);
  void append_null();

  void truncate(int64_t length);
  // The columns of all keys that have one that is kept, in the order of add().
  std::vector<ColumnPtr> finish();

 private:
  struct Key {
    std::string name;
    std::unique_ptr<JsonColumn> column;
    uint64_t pattern[2] = {};  // the name and its closing quote, the first sixteen bytes
    uint64_t mask[2] = {};
    bool plain = false;  // the name stands in JSON as it is
    uint32_t next = 0;   // the key that followed it last
    uint64_t seen = 0;   // the last object that had it
  };
  static constexpr uint32_t kUnknown = ~uint32_t{0};

  static bool matches(const Key& key, const uint8_t* data, const uint32_t* token);
  // The key by its name. kUnknown when there is none; false when no key stands there.
  bool look_up(JsonContext& context, const uint32_t* token, uint32_t& key);
  const uint32_t* append_unknown(JsonContext& context, const uint32_t* token,
                                 const uint32_t* value);
  const uint32_t* no_value(JsonContext& context, const std::string& key) const;
  const uint32_t* wrong(JsonContext& context, std::string reason) const;
  void fill_missing();

  std::string path_;
  std::string top_;
  std::vector<Key> keys_;
  std::vector<uint32_t> made_;     // the keys whose column is kept: few of many, perhaps
  std::vector<uint32_t> checked_;  // those that have another one
  std::vector<std::pair<std::string_view, uint32_t>> by_name_;  // sorted; views of keys_
  uint32_t first_ = 0;                                          // the key that came first last
  uint64_t objects_ = 0;
  std::string scratch_;
};

}  // namespace penstock
