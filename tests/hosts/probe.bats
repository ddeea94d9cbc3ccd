# pflow --probe: hosts and the connections between them, measured.
load lab.bash

# probe HOSTS
probe() {
  pflow --ssh "$LAB_SSH" --probe "$@"
}

# squeezed: standard input with one space between words.
squeezed() {
  sed -E 's/ +/ /g'
}

# is_at_work HOST: an agent runs there.
is_at_work() {
  [ -n "$(left "$1")" ]
}

@test "--probe measures hosts, and the connections between all of them in both directions" {
  run -0 --separate-stderr probe h1,:,h2
  same "" "$stderr"
  same "host cores memory_GiB L1_ns L2_ns L3_ns memory_ns memory_GB_s disk_read_us disk_sync_us \
disk_read_MB_s disk_write_MB_s" "$(squeezed <<<"${lines[0]}")"
  same "h1 : h2" "$(echo "$output" | sed -n '3,5s/ .*//p' | xargs)"
  same "h1 h2
h2 h1
: h1
h1 :
: h2
h2 :" "$(echo "$output" | sed -n '9,$p' | cut -c1-8 | sed -E 's/ +/ /g; s/ $//')"
  [[ $output != *null* ]]
  eventually is_clean h1
  eventually is_clean h2
}

@test "--probe: a single host has no connections" {
  run -0 probe h1
  same 3 "${#lines[@]}"
}

@test "--probe: an address of IPv6, and an agent that is killed" {
  run -0 probe "h1,[fd77::2]:2222"
  [[ $output != *null* ]]
  local status=0
  probe h1,h2 >out 2>err &
  eventually is_at_work h1
  left h1 | cut -d' ' -f1 | xargs kill -9
  wait $! || status=$?
  same 125 "$status"
  same "" "$(<out)"
  [[ $(<err) = "pflow: h1: "* ]]
  eventually is_clean h2
}

@test "--probe: hosts that do not reach each other are reported, and the others measured" {
  ip netns exec h2 nft add table inet cut
  ip netns exec h2 nft 'add chain inet cut in { type filter hook input priority 0; }'
  ip netns exec h2 nft add rule inet cut in ip saddr 10.77.0.1 drop
  run -0 probe h1,h2,h3
  ip netns exec h2 nft delete table inet cut
  [[ $output = *"h1 to h2: tcp://10.77.0.2:"*": no answer within 5 s" ]]
  same 2 "$(grep -c null <<<"$output")"
  same 4 "$(grep -c "^h[123] *h[123] *[0-9]" <<<"$output")"
  eventually is_clean h2
}

@test "--probe: a host that cannot be reached is an error" {
  run -125 --separate-stderr probe h1,unseen
  [[ $stderr = "pflow: unseen: "* ]]
  eventually is_clean h1
}
