# A guest: runs one script of a suite, then prints its reports in a form dom0 finds in the console's log; sourced by init.

results=/tmp/results
suite=$(setting suite)
runtime=$(setting runtime)
mkdir -p "$results"
say "is up after $(cut -d' ' -f1 /proc/uptime) s as domain $(xenstore-read domid)"
. "/testbed/suites/$suite/$(setting script)"

dmesg -n 1
tar -czf /tmp/results.tar.gz -C "$results" .
base64 /tmp/results.tar.gz | sed 's/^/@file /'
echo "@sum $(sha256sum </tmp/results.tar.gz)"
