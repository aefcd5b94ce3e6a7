# Everything up to the boot; sourced after the other files. A second time it looks at what changed and does only that.

prepare() {
  need qemu-system-x86_64 qemu-system-x86
  need cpio cpio
  need busybox busybox-static
  ! ldd "$(command -v busybox)" >/dev/null 2>&1 || fail "a busybox without libraries is needed; on Debian: apt-get install busybox-static"
  need gcc "gcc libc6-dev"
  need curl curl
  need dig bind9-dnsutils
  need tcpdump tcpdump
  local key release
  for release in "${runtimes[@]}"; do
    java_home "$release" >/dev/null
  done
  mkdir -p "$parts" "$state/share"
  exec {lock}>"$state/lock"
  flock -n "$lock" || fail "another run uses $state"
  fetch_packages
  build_tests
  key=$(sha256sum <"$state/fetched")$(hash "$root/testbed/lib/images.sh" "$root/testbed/lib/parts.sh")
  part base "$key"
  part dom0 "$key$(hash "$(command -v dig)" "$(command -v tcpdump)")"
  part peers "$key$(hash "$root/vchan/src/test/c" "$root/testbed/c" "$(command -v curl)" "$root/testbed/lib/peers.sh")"
  part vm "$(hash "$root/testbed/vm" "$root/testbed/suites")"
  part tests "$(hash "$root/testbed/target/lib")"
  for release in "${runtimes[@]}"; do
    part "java-$release" "$(java_home "$release") $(hash "$(java_home "$release")/release" "$root/testbed/lib/java.sh")"
    image "share/images/guest-$release" base peers vm "java-$release" tests
  done
  image images/dom0 base dom0 peers vm "${runtimes[@]/#/java-}" tests
}
