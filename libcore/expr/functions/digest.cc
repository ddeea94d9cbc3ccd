#include "libcore/expr/functions/digest.h"

#include <md5.h>
#include <sha2.h>

namespace penstock {

Md5Digest md5_of(std::string_view bytes) {
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  Md5Digest digest;
  MD5Final(digest.data(), &context);
  return digest;
}

Sha256Digest sha256_of(std::string_view bytes) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  Sha256Digest digest;
  SHA256Final(digest.data(), &context);
  return digest;
}

}  // namespace penstock
