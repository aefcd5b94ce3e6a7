#!/usr/bin/env bash
# scripts/suites.sh RUN...: after a build, adds up the tests of each module for each run (jdk17, jdk25), names every
# skipped test with its reason, and fails when a test failed, when a module that has tests did not run them, or, in CI,
# when one was skipped.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

. scripts/reports.sh

shopt -s nullglob
bad=0
total=0
skipped=0
failed=0
printf '%-18s %-7s %6s %8s\n' module run tests skipped
for module in */pom.xml; do
  module=${module%/pom.xml}
  [ -d "$module/src/test/java" ] || [ "$module" = conduit-core-ffm ] || continue
  for run in "$@"; do
    [ "$module/$run" != conduit-core-ffm/jdk17 ] || continue
    [ "$module" != conduit-core-ffm ] || [[ " $* " == *" jdk25 "* ]] || continue
    reports=("$module/target/surefire-reports/$run"/TEST-*.xml)
    if [ ${#reports[@]} -eq 0 ]; then
      echo "check: $module ran no test in the run on $run" >&2
      bad=1
      continue
    fi
    tests=$(sum_reports tests "${reports[@]}")
    skips=$(sum_reports skipped "${reports[@]}")
    failures=$(($(sum_reports failures "${reports[@]}") + $(sum_reports errors "${reports[@]}")))
    printf '%-18s %-7s %6d %8d\n' "$module" "$run" "$tests" "$skips"
    grep -hoE '<skipped message="[^"]*"' "${reports[@]}" | sort | uniq -c | sed 's/<skipped message=/skipped: /' || true
    total=$((total + tests))
    skipped=$((skipped + skips))
    failed=$((failed + failures))
  done
done
echo "$((total - skipped - failed)) passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] || bad=1
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "check: in CI no test may be skipped" >&2
  bad=1
fi
exit "$bad"
