# Reading JUnit's XML reports; sourced by scripts/suites.sh and testbed/run. No side effects.

# sum_reports ATTRIBUTE FILE...: adds the attribute of each <testsuite>.
sum_reports() {
  local attribute=$1 total=0 file value
  shift
  for file in "$@"; do
    value=$(grep -m1 -oE "^<testsuite .*" "$file" -A3 | tr '\n' ' ' | grep -oE " $attribute=\"[0-9]+\"" | head -1 | tr -dc 0-9)
    total=$((total + ${value:-0}))
  done
  echo "$total"
}
