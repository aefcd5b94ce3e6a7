# Programs the tests talk to: ours in C, compiled against Debian's Xen libraries, and Debian's; sourced after parts.sh.

fill_peers() {
  local source program libraries=$packages/usr/lib/x86_64-linux-gnu
  mkdir -p "$1/usr/bin" "$state/peers"
  for source in "$root"/vchan/src/test/c/*.c "$root"/testbed/c/*.c; do
    program=$(basename "$source" .c)
    gcc -std=gnu11 -D_GNU_SOURCE -O2 -I"$packages/usr/include" -o "$state/peers/$program" "$source" -L"$libraries" \
      -Wl,-rpath-link,"$libraries" -lxenvchan -lxengnttab -lxenevtchn -lxenstore || fail "cannot compile ${source#"$root/"}"
    put_program "$1" "$state/peers/$program" "usr/bin/$program"
  done
  put_program "$1" "$(echo "$packages"/usr/lib/xen-[0-9]*/bin)/vchan-socket-proxy" usr/bin/vchan-socket-proxy
  put_program "$1" "$(command -v curl)" usr/bin/curl
}
