# Completion of farcap-sensor for bash; made by deno task docs of the tables of flags.
_farcap_sensor() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case ${prev/#--/-} in
    -read|-watch-state|-anonymize|-pubkey|-privkey|-config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -watch|-spool|-out) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    -iface) mapfile -t COMPREPLY < <(compgen -W "any $(ls /sys/class/net 2>/dev/null)" -- "$cur"); return ;;
    -transport) mapfile -t COMPREPLY < <(compgen -W "session box" -- "$cur"); return ;;
    -encoding) mapfile -t COMPREPLY < <(compgen -W "auto records compact" -- "$cur"); return ;;
    -log-format) mapfile -t COMPREPLY < <(compgen -W "text logfmt json" -- "$cur"); return ;;
    -log-level) mapfile -t COMPREPLY < <(compgen -W "error warning info debug" -- "$cur"); return ;;
    -help|-h) mapfile -t COMPREPLY < <(compgen -W "read watch watch-state replay-speed iface interfaces bpf snaplen promisc buffer timeout immediate monitor records include exclude decode-as decoders defrag payload context entropy tunnel-depth anonymize redact-names conversations conn-timeout conn-active credentials profiles follow-memory addr pubkey transport encoding threads queue spool spool-after spool-bytes max flush-interval linger uplink rate max-datagram client privkey renew-pubkey gen-identity gen-anonymize-key enroll rotate-identity out force config gen-config show-config check-config top metrics log-format log-level verbose fail-fast version help" -- "$cur"); return ;;
    -replay-speed|-bpf|-snaplen|-buffer|-timeout|-records|-include|-exclude|-decode-as|-tunnel-depth|-conn-timeout|-conn-active|-follow-memory|-addr|-threads|-queue|-spool-after|-spool-bytes|-max|-flush-interval|-linger|-uplink|-rate|-max-datagram|-client|-enroll|-metrics) :; return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "-read -watch -watch-state -replay-speed -iface -interfaces -bpf -snaplen -promisc -buffer -timeout -immediate -monitor -records -include -exclude -decode-as -decoders -defrag -payload -context -entropy -tunnel-depth -anonymize -redact-names -conversations -conn-timeout -conn-active -credentials -profiles -follow-memory -addr -pubkey -transport -encoding -threads -queue -spool -spool-after -spool-bytes -max -flush-interval -linger -uplink -rate -max-datagram -client -privkey -renew-pubkey -gen-identity -gen-anonymize-key -enroll -rotate-identity -out -force -config -gen-config -show-config -check-config -top -metrics -log-format -log-level -verbose -fail-fast -version -help" -- "$cur")
}
complete -F _farcap_sensor farcap-sensor
