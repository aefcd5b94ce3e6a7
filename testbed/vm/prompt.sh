# What a person has at the prompt of testbed/shell besides Xen's tools.
. /testbed/lib.sh
. /testbed/xen.sh
. /testbed/tests.sh
. /testbed/guests.sh
mkdir -p "$results"
