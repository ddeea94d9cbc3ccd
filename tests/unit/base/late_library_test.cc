#include "libcore/base/late_library.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(LateLibrary, FindsFunctions) {
  const LateLibrary library("libm.so.6", "install it");
  double (*root)(double) = nullptr;
  library.find("sqrt", root);
  EXPECT_EQ(root(9), 3);
  try {
    library.find("no_such_function", root);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "libm.so.6: has no no_such_function");
  }
}

TEST(LateLibrary, SaysWhatToInstall) {
  try {
    LateLibrary("libnosuch.so.9", "install nosuch's library");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().starts_with("libnosuch.so.9: ")) << error.message();
    EXPECT_TRUE(error.message().ends_with("; install nosuch's library")) << error.message();
  }
}

}  // namespace
}  // namespace penstock
