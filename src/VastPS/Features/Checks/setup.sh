# Runs the set-up command of a folder, keeps what it prints, and notes where it went well. FOLDER COMMAND NOTE ATTEMPT
cd -- "$1" || exit
dir=$(git rev-parse --absolute-git-dir)/vastps && mkdir -p -- "$dir" || exit
log=$dir/setup.log
rm -f -- "$dir/done"
[ "$4" -gt 1 ] || : >"$log"
printf -- '--- attempt %s, %s\n' "$4" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$log"
size=$(stat -c %s -- "$log")

# Into a file and not through a pipe: what the command leaves running would hold a pipe open for ever.
"${SHELL:-sh}" -c "$2" </dev/null >>"$log" 2>&1 &
command=$!
tail --pid="$command" -s 0.2 -c "+$((size + 1))" -f -- "$log" &
wait "$command"
code=$?
wait
if [ "$code" -eq 0 ]; then
    printf '%s\n' "$3" >"$dir/done.tmp" && mv -f -- "$dir/done.tmp" "$dir/done"
fi
exit "$code"
