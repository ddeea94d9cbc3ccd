# The Parquet plugin, in Rust: libcore/parquet/PARQUET.md. One folder of Cargo's serves all presets,
# because it takes minutes to compile and no preset changes it. Programs find the plugin in
# ../lib/penstock, beside their folder.
set(least_rust 1.88)
find_program(PENSTOCK_CARGO cargo)
find_program(PENSTOCK_RUSTC rustc)
set(has_rust OFF)
if(PENSTOCK_CARGO AND PENSTOCK_RUSTC)
  execute_process(COMMAND "${PENSTOCK_RUSTC}" --version OUTPUT_VARIABLE rust ERROR_QUIET)
  string(REGEX MATCH "[0-9]+[.][0-9]+[.][0-9]+" rust "${rust}")
  if(rust VERSION_GREATER_EQUAL least_rust)
    set(has_rust ON)
  endif()
endif()
option(PENSTOCK_PARQUET "Build the Parquet plugin (needs cargo, rustc ${least_rust})" ${has_rust})

if(PENSTOCK_PARQUET)
  set(crate "${PROJECT_SOURCE_DIR}/plugins/parquet")
  set(made "${PROJECT_SOURCE_DIR}/build/cargo/release/libpenstock_parquet.so")
  set(plugin "${PROJECT_BINARY_DIR}/lib/penstock/libpenstock-parquet.so")
  file(GLOB sources CONFIGURE_DEPENDS "${crate}/src/*.rs")
  add_custom_command(OUTPUT "${plugin}"
    COMMAND "${PENSTOCK_CARGO}" build --release --locked --quiet
            --target-dir "${PROJECT_SOURCE_DIR}/build/cargo"
    COMMAND "${CMAKE_COMMAND}" -E copy "${made}" "${plugin}"
    DEPENDS ${sources} "${crate}/Cargo.toml" "${crate}/Cargo.lock"
    WORKING_DIRECTORY "${crate}" COMMENT "cargo build (plugins/parquet)" VERBATIM)
  add_custom_target(penstock_parquet_plugin ALL DEPENDS "${plugin}")
  include(GNUInstallDirs)
  install(PROGRAMS "${plugin}" DESTINATION lib/penstock COMPONENT parquet)
endif()
