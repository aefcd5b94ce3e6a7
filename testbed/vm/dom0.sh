# dom0: Xen's daemons, then the suites named on the kernel's command line, or a prompt; sourced by init.

store=$(setting store)
logs=/share/results/$store
consoles=$logs/consoles
. /testbed/xen.sh
. /testbed/tests.sh
. /testbed/guests.sh

for module in virtio_pci 9pnet_virtio 9p; do
  modprobe $module
done
mkdir -p /share
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /share || say "no shared folder: there will be no results"
start_xen "$store" || say "Xen's daemons did not start"
say "dom0 is up with xenstored $store after $(now) s"
suites=$(setting suites)
if [ -z "$suites" ]; then
  export store consoles results=$logs/shell suite=shell ENV=/testbed/prompt.sh
  setsid cttyhack sh
else
  for suite in $(echo "$suites" | tr , ' '); do
    results=$logs/$suite
    mkdir -p "$results"
    . "/testbed/suites/$suite/dom0"
    say "suite $suite-$store is through after $(now) s"
  done
  dmesg >"$logs/dom0-dmesg.txt"
  xl dmesg >"$logs/xen-dmesg.txt"
  say "all suites have run"
fi
