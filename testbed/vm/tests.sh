# Running tests and leaving JUnit reports in $results; sourced in dom0 and in guests.

# java_tests REPORT RELEASE [-Dname=value...] -- CLASS...: runs JUnit classes of the module testbed.
java_tests() {
  local report=$1 release=$2 options=
  shift 2
  while [ "$1" != -- ]; do
    options="$options $1"
    shift
  done
  shift
  mkdir -p "$results/$report"
  java-on $release $options dev.conduit.testbed.runner.TestMain "$report" "$results/$report" "$@" 2>&1 |
    tee "$results/$report/output.txt" | sed -n '/^testbed: /p'
}

# script_test REPORT NAME SECONDS COMMAND...: runs the command (a function may be one) as one test: passed when its
# status is 0 in time. What it prints is in REPORT/NAME.txt. NAME is made of letters, digits, '-' and '_'.
script_test() {
  local report=$1 name=$2 limit=$3 begin end=SUCCESSFUL failed=0 pid status=0
  local folder=$results/$report
  shift 3
  mkdir -p "$folder"
  begin=$(now)
  ("$@") >"$folder/$name.txt" 2>&1 </dev/null &
  pid=$!
  if wait_for "$limit" ended $pid; then
    wait $pid || status=$?
  else
    status="none after $limit s"
    kill_tree $pid
  fi
  [ "$status" = 0 ] || { end=FAILED failed=1; }
  {
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo "<testsuite name=\"$report\" tests=\"1\" skipped=\"0\" failures=\"$failed\" errors=\"0\" time=\"$(($(now) - begin))\">"
    echo "<testcase name=\"$name\" classname=\"$suite\" time=\"$(($(now) - begin))\">"
    [ $failed = 0 ] || echo "<failure message=\"status $status\"/>"
    echo "<system-out>$(tail -n 200 "$folder/$name.txt" | tr -cd '\11\12\40-\176' | sed 's/&/\&amp;/g; s/</\&lt;/g')</system-out>"
    echo '</testcase></testsuite>'
  } >"$folder/TEST-$name.xml"
  say "$report $name $end"
  [ $failed = 1 ] || return 0
  say "$report $name: status $status; its last lines:"
  tail -n 10 "$folder/$name.txt" | sed "s/^/testbed: $report $name: /"
  return 1
}

# Zombies have ended, too: the shell has not asked for their status yet.
ended() {
  [ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null || echo Z)" = Z ]
}

# With everything it has started.
kill_tree() {
  local stat
  for stat in /proc/[0-9]*/stat; do
    case $(sed 's/.*) //' "$stat" 2>/dev/null) in
      ?" $1 "*) kill_tree "$(echo "$stat" | tr -cd 0-9)" ;;
    esac
  done
  kill -9 "$1" 2>/dev/null
}
