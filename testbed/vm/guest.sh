# A guest: runs one script of a suite, then prints its reports in a form dom0 finds in the console's log; sourced by init.

. /testbed/tests.sh

results=/tmp/results
suite=$(setting suite)
export runtime=$(setting runtime)
mkdir -p "$results"

# told KEY SECONDS: waits for what dom0 tells this guest, and prints it.
told() {
  wait_for "$2" xenstore-exists "data/$1" && xenstore-read "data/$1"
}

say "is up after $(cut -d' ' -f1 /proc/uptime) s as domain $(xenstore-read domid)"
. "/testbed/suites/$suite/$(setting script)"

# In order: what programs share is taken back before the domain goes. A zombie has no exe.
no_java() {
  ! ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q /java/
}
killall java 2>/dev/null
wait_for 60 no_java || say "a Java program does not end"

dmesg -n 1
tar -czf /tmp/results.tar.gz -C "$results" .
base64 /tmp/results.tar.gz | sed 's/^/@file /'
echo "@sum $(sha256sum </tmp/results.tar.gz)"
