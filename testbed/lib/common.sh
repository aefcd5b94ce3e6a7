# Paths and messages of the testbed; sourced by everything under testbed/. $root is the checkout.
state=$root/.conduit/testbed
packages=$state/packages # Debian's packages, unpacked
parts=$state/parts       # pieces of the images, as cpio archives
stores=(c ocaml)         # the XenStore servers a suite runs under
runtimes=(17 25)         # the Java releases inside

say() {
  echo "testbed: $1"
}

fail() {
  echo "testbed: $1" >&2
  exit 1
}

# need COMMAND PACKAGE: both are named when the command is missing.
need() {
  command -v "$1" >/dev/null || fail "$1 is needed; on Debian: apt-get install $2"
}
