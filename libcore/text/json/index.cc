#include "libcore/text/json/index.h"

#include <simdjson.h>

#include <algorithm>
#include <new>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"

namespace penstock {

struct JsonIndex::Impl {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
  uint32_t empty[3] = {};
  bool indexed = false;
};

JsonIndex::JsonIndex() : impl_(std::make_unique<Impl>()) {}
JsonIndex::~JsonIndex() = default;
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;
JsonIndex& JsonIndex::operator=(JsonIndex&&) noexcept = default;

JsonIndex::Fault JsonIndex::build(const uint8_t* data, int64_t size) {
  auto bytes = static_cast<size_t>(size);
  impl_->indexed = false;
  std::fill(impl_->empty, impl_->empty + 3, static_cast<uint32_t>(bytes));
  if (bytes == 0) return Fault::kNone;
  if (!impl_->stage || impl_->stage->capacity() < bytes) {
    simdjson::error_code made =
        simdjson::get_active_implementation()->create_dom_parser_implementation(
            std::max<size_t>(bytes, 4096), kMaxNesting, impl_->stage);
    if (made != simdjson::SUCCESS) throw std::bad_alloc();
  }
  switch (impl_->stage->stage1(data, bytes, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
      impl_->indexed = true;
      return Fault::kNone;
    case simdjson::EMPTY:
      return Fault::kNone;
    case simdjson::UTF8_ERROR:
      return Fault::kNotUtf8;
    case simdjson::UNESCAPED_CHARS:
      return Fault::kControlCharacter;
    default:
      return Fault::kUnclosedString;
  }
}

const uint32_t* JsonIndex::tokens() const {
  return impl_->indexed ? impl_->stage->structural_indexes.get() : impl_->empty;
}

int64_t JsonIndex::count() const {
  return impl_->indexed ? impl_->stage->n_structural_indexes : 0;
}

const char* to_text(JsonIndex::Fault fault) {
  switch (fault) {
    case JsonIndex::Fault::kNone:
      break;
    case JsonIndex::Fault::kUnclosedString:
      return "a string is not closed";
    case JsonIndex::Fault::kControlCharacter:
      return "a control character stands in a string";
    case JsonIndex::Fault::kNotUtf8:
      return "is not UTF-8";
  }
  return "";
}

}  // namespace penstock
