# NUMHOST_COVERAGE (clang): counts lines and conditions as they stand in the source. The counters live in the mapped
# profile file, so that a process that is killed or ends itself loses none. tests/coverage.sh runs and reads it.
option(NUMHOST_COVERAGE "Count what runs" OFF)
if(NUMHOST_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation)
  add_link_options(-fprofile-instr-generate)
endif()
