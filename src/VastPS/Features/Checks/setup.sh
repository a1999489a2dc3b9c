# Runs the set-up command of a folder, keeps what it prints, and notes where it went well. FOLDER COMMAND NOTE ATTEMPT
cd -- "$1" || exit
dir=$(git rev-parse --absolute-git-dir)/vastps && mkdir -p -- "$dir" || exit
log=$dir/setup.log
rm -f -- "$dir/done"
[ "$4" -gt 1 ] || : >"$log"
printf -- '--- attempt %s, %s\n' "$4" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$log"
from=$(stat -c %s -- "$log")

# Into a file and not through a pipe: what the command leaves running would hold a pipe open for ever.
"${SHELL:-sh}" -c "$2" </dev/null >>"$log" 2>&1 &
command=$!

# Prints what came since the last time. A tail that ends with the command is not one that every box has.
pass_on() {
    size=$(stat -c %s -- "$log")
    if [ "$size" -gt "$from" ]; then
        tail -c "+$((from + 1))" "$log" | head -c "$((size - from))"
        from=$size
    fi
}

# True until the command has ended, whether or not somebody has taken note of that.
goes_on() {
    { read -r line <"/proc/$command/stat"; } 2>/dev/null || return 1
    case ${line##*") "} in Z* | X*) return 1 ;; esac
}
while goes_on; do
    pass_on
    sleep 0.2
done
wait "$command"
code=$?
pass_on
if [ "$code" -eq 0 ]; then
    printf '%s\n' "$3" >"$dir/done.tmp" && mv -f -- "$dir/done.tmp" "$dir/done"
fi
exit "$code"
