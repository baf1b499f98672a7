# Completion of farcap-collector for bash; made by deno task docs of the tables of flags.
_farcap_collector_dump() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case ${prev/#--/-} in
    -read|-nats-creds|-nats-password|-nats-token|-nats-ca|-nats-cert|-nats-key) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -time) mapfile -t COMPREPLY < <(compgen -W "auto full short ns" -- "$cur"); return ;;
    -help|-h) mapfile -t COMPREPLY < <(compgen -W "read type client follow where from to limit tail count by sum struc json table csv tsv select time tz utc netcap raw header fields sep begin end struct-sep csv-safe nats-creds nats-user nats-password nats-token nats-ca nats-cert nats-key dump version help" -- "$cur"); return ;;
    -type|-client|-where|-from|-to|-limit|-tail|-by|-sum|-select|-tz|-sep|-begin|-end|-struct-sep|-nats-user) :; return ;;
  esac
  if [[ $cur != -* ]]; then
    compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return
  fi
  mapfile -t COMPREPLY < <(compgen -W "-read -type -client -follow -where -from -to -limit -tail -count -by -sum -struc -json -table -csv -tsv -select -time -tz -utc -netcap -raw -header -fields -sep -begin -end -struct-sep -csv-safe -nats-creds -nats-user -nats-password -nats-token -nats-ca -nats-cert -nats-key -dump -version -help" -- "$cur")
}
_farcap_collector_ledger() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case ${prev/#--/-} in
    -nats-creds|-nats-password|-nats-token|-nats-ca|-nats-cert|-nats-key) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -read) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    -help|-h) mapfile -t COMPREPLY < <(compgen -W "read client from to table json tz nats-creds nats-user nats-password nats-token nats-ca nats-cert nats-key ledger version help" -- "$cur"); return ;;
    -client|-from|-to|-tz|-nats-user) :; return ;;
  esac
  if [[ $cur != -* ]]; then
    compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return
  fi
  mapfile -t COMPREPLY < <(compgen -W "-read -client -from -to -table -json -tz -nats-creds -nats-user -nats-password -nats-token -nats-ca -nats-cert -nats-key -ledger -version -help" -- "$cur")
}
_farcap_collector_devices() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case ${prev/#--/-} in
    -read|-nats-creds|-nats-password|-nats-token|-nats-ca|-nats-cert|-nats-key) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -help|-h) mapfile -t COMPREPLY < <(compgen -W "read type client from to json tz nats-creds nats-user nats-password nats-token nats-ca nats-cert nats-key devices version help" -- "$cur"); return ;;
    -type|-client|-from|-to|-tz|-nats-user) :; return ;;
  esac
  if [[ $cur != -* ]]; then
    compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return
  fi
  mapfile -t COMPREPLY < <(compgen -W "-read -type -client -from -to -json -tz -nats-creds -nats-user -nats-password -nats-token -nats-ca -nats-cert -nats-key -devices -version -help" -- "$cur")
}
_farcap_collector_export() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case ${prev/#--/-} in
    -read|-nats-creds|-nats-password|-nats-token|-nats-ca|-nats-cert|-nats-key) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -out|-position) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    -export) mapfile -t COMPREPLY < <(compgen -W "ecs eve ipfix ndjson parquet zeek-json" -- "$cur"); return ;;
    -help|-h) mapfile -t COMPREPLY < <(compgen -W "read type client follow where from to tz export out position rate every nats-creds nats-user nats-password nats-token nats-ca nats-cert nats-key version help" -- "$cur"); return ;;
    -type|-client|-where|-from|-to|-tz|-rate|-every|-nats-user) :; return ;;
  esac
  if [[ $cur != -* ]]; then
    compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return
  fi
  mapfile -t COMPREPLY < <(compgen -W "-read -type -client -follow -where -from -to -tz -export -out -position -rate -every -nats-creds -nats-user -nats-password -nats-token -nats-ca -nats-cert -nats-key -version -help" -- "$cur")
}
_farcap_collector() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local word
  for word in "${COMP_WORDS[@]}"; do
    if [[ $word == -dump || $word == --dump ]]; then _farcap_collector_dump; return; fi
    if [[ $word == -ledger || $word == --ledger ]]; then _farcap_collector_ledger; return; fi
    if [[ $word == -devices || $word == --devices ]]; then _farcap_collector_devices; return; fi
    if [[ $word == -export || $word == --export ]]; then _farcap_collector_export; return; fi
  done
  COMPREPLY=()
  case ${prev/#--/-} in
    -privkey|-sensors|-nats-creds|-nats-password|-nats-token|-nats-ca|-nats-cert|-nats-key|-config|-www-token-file|-www-cert|-www-key) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -out) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    -log-format) mapfile -t COMPREPLY < <(compgen -W "text logfmt json" -- "$cur"); return ;;
    -log-level) mapfile -t COMPREPLY < <(compgen -W "error warning info debug" -- "$cur"); return ;;
    -help|-h) mapfile -t COMPREPLY < <(compgen -W "addr privkey sensors session box store from partitions nats-creds nats-user nats-password nats-token nats-ca nats-cert nats-key nats-replicas out rotate-size rotate-age keep-days keep-bytes keep-ledger-days enroll expires revoke enrolled gen-keypair rotate-key key-overlap spool-key-days force silent-after max-key-age dump ledger export config gen-config show-config check-config top metrics metrics-clients www www-token-file www-cert www-key www-host www-proxy log-format log-level verbose version help" -- "$cur"); return ;;
    -addr|-store|-from|-partitions|-nats-user|-nats-replicas|-rotate-size|-rotate-age|-keep-days|-keep-bytes|-keep-ledger-days|-enroll|-expires|-revoke|-key-overlap|-spool-key-days|-silent-after|-max-key-age|-export|-metrics|-metrics-clients|-www|-www-host) :; return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "-addr -privkey -sensors -session -box -store -from -partitions -nats-creds -nats-user -nats-password -nats-token -nats-ca -nats-cert -nats-key -nats-replicas -out -rotate-size -rotate-age -keep-days -keep-bytes -keep-ledger-days -enroll -expires -revoke -enrolled -gen-keypair -rotate-key -key-overlap -spool-key-days -force -silent-after -max-key-age -dump -ledger -export -config -gen-config -show-config -check-config -top -metrics -metrics-clients -www -www-token-file -www-cert -www-key -www-host -www-proxy -log-format -log-level -verbose -version -help" -- "$cur")
}
complete -F _farcap_collector farcap-collector
