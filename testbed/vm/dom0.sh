# dom0: Xen's daemons, then the suites named on the kernel's command line, or a prompt; sourced by init.

store=$(setting store)
logs=/share/results/$store
consoles=$logs/consoles

for module in virtio_pci 9pnet_virtio 9p; do
  modprobe $module
done
mkdir -p /share
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 share /share || say "no shared folder: there will be no results"
. /testbed/xen.sh
. /testbed/guests.sh

start_xen "$store" || say "Xen's daemons did not start"
say "dom0 is up with xenstored $store after $(cut -d' ' -f1 /proc/uptime) s"
suites=$(setting suites)
if [ -z "$suites" ]; then
  setsid cttyhack sh -l
else
  for suite in $(echo "$suites" | tr , ' '); do
    results=$logs/$suite
    mkdir -p "$results"
    say "suite $suite-$store"
    . "/testbed/suites/$suite/dom0"
  done
fi
dmesg >"$logs/dom0-dmesg.txt"
xl dmesg >"$logs/xen-dmesg.txt"
say "all suites have run after $(cut -d' ' -f1 /proc/uptime) s"
