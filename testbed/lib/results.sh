# Whether everything that was to run has run and passed; sourced.

. "$root/scripts/reports.sh"

# check_results SUITE...: a suite's file "results" has a line for each report it leaves: its name, how many tests it has at
# least (one, unless said), and the XenStore server it is left under (each, unless said).
check_results() {
  local bad=0 suite result folder least store reports tests skips failures total=0
  shopt -s nullglob
  printf '%-18s %-10s %6s %8s %7s\n' suite run tests skipped failed
  for suite in "$@"; do
    while read -r result least store; do
      [ "${store:-${suite##*-}}" = "${suite##*-}" ] || continue
      folder=$state/share/results/$suite/$result
      reports=("$folder"/TEST-*.xml)
      if [ ${#reports[@]} -eq 0 ]; then
        echo "testbed: $suite left no report of $result" >&2
        bad=1
        continue
      fi
      tests=$(sum_reports tests "${reports[@]}")
      skips=$(sum_reports skipped "${reports[@]}")
      failures=$(($(sum_reports failures "${reports[@]}") + $(sum_reports errors "${reports[@]}")))
      printf '%-18s %-10s %6d %8d %7d\n' "$suite" "$result" "$tests" "$skips" "$failures"
      total=$((total + tests))
      [ "$tests" -ge "${least:-1}" ] && [ $((skips + failures)) -eq 0 ] || {
        echo "testbed: $suite $result is not all green (at least ${least:-1} tests are expected); see ${folder#"$root/"}" >&2
        bad=1
      }
    done <"$root/testbed/suites/${suite%-*}/results"
  done
  echo "$total tests on real Xen; reports and logs in ${state#"$root/"}/share/results"
  return "$bad"
}
