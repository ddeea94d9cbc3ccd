# Installing (cmake --install) and the Debian package (cpack -G DEB).
include(GNUInstallDirs)

file(GLOB section1 CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
file(GLOB section5 CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.5")
file(GLOB section7 CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.7")
install(FILES ${section1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${section5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${section7} DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)

# For users' own tests.
install(FILES "${PROJECT_SOURCE_DIR}/tests/assert_rows_equal.bash"
  DESTINATION ${CMAKE_INSTALL_DATADIR}/penstock)

# The pages on formats and rules to which the manual refers, all in one folder, and the examples.
file(GLOB_RECURSE pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/libcore/*.md")
list(FILTER pages EXCLUDE REGEX "/README\\.md$")
# It has the name of arrow's page.
list(FILTER pages EXCLUDE REGEX "/table/FORMAT\\.md$")
install(FILES "${PROJECT_SOURCE_DIR}/libcore/table/FORMAT.md" DESTINATION ${CMAKE_INSTALL_DOCDIR}
  RENAME TABLE.md)
install(FILES "${PROJECT_SOURCE_DIR}/README.md" ${pages} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples" DESTINATION ${CMAKE_INSTALL_DOCDIR}
  USE_SOURCE_PERMISSIONS)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME penstock)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "The Penstock developers <penstock@penstock.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "operators of a parallel database as small Unix programs")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded, not linked (libcore/base/late_library.h, libcore/data/zone_database.h), so they do not show in
# the programs.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "libzmq5 (>= 4.3.4), libcctz2 (>= 2.3), libbz2-1.0 (>= 1.0), liblzma5 (>= 5.2), \
libzstd1 (>= 1.5.2), libutf8proc2 (>= 2.5.0)")
# For Parquet, and for pflow --hosts.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "penstock-parquet, openssh-client, openssh-server, slurm-client")
# Debian's checker of format strings has the same program and manual page.
set(CPACK_DEBIAN_PACKAGE_CONFLICTS "pscan")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Scan, filter, project, aggregate, sort, join and print tables of CSV, NDJSON\nand Arrow, one program an operator, connected by pipes that carry Arrow IPC\nstreams. The same pipeline in quotes behind pflow runs on many processes and\ngives the same answer.")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/DebianFiles.cmake")
set(CPACK_POST_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/DebianLinks.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/DebianParquet.cmake")
# The plugin, which cmake --install installs too, is a package of its own.
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};penstock;Unspecified;/")
set(CPACK_PENSTOCK_PARQUET_PLUGIN "${PROJECT_BINARY_DIR}/lib/penstock/libpenstock-parquet.so")
set(CPACK_PENSTOCK_CARGO "${PENSTOCK_CARGO}")
set(CPACK_PENSTOCK_RUSTC "${PENSTOCK_RUSTC}")
set(CPACK_PENSTOCK_PARQUET_CRATE "${PROJECT_SOURCE_DIR}/plugins/parquet")
get_property(CPACK_PENSTOCK_USED GLOBAL PROPERTY PENSTOCK_USED)
include(CPack)
