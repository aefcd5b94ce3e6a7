# dom0: Xen's daemons, then the suite named on the kernel's command line, or a prompt; sourced by init.

store=$(setting store)
suite=$(setting suite)
results=/share/results/${suite:-shell}-$store
consoles=$results/consoles
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
if [ -z "$suite" ]; then
  export store consoles results suite=shell ENV=/testbed/prompt.sh
  setsid cttyhack sh
else
  . "/testbed/suites/$suite/dom0"
  dmesg >"$results/dom0-dmesg.txt"
  xl dmesg >"$results/xen-dmesg.txt"
  say "the suite is through after $(now) s"
fi
