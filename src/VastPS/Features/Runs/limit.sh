# Moves the limit of a run that goes on, and waits until its limiter has taken note of it. BOX_SH RUNID LIMIT_SECONDS
eval "$1"
id=$2
dir=$HOME/.vastps/runs/$id
limit=$3
recall
if [ -e "$dir/status" ] || [ -e "$dir/why" ] || ! { keeps || lasting >/dev/null; }; then
    echo 'moved=over'
    exit 0
fi
passed=$(($(uptime) - $(noted up)))
if [ "$limit" -gt 0 ] && [ "$limit" -le "$passed" ]; then
    echo "moved=passed $passed"
    exit 0
fi

# A run that an earlier version started does not look for the file.
if ! grep -qs '^moved()' "$dir/limiter.sh" "$dir/run.sh"; then
    echo 'moved=deaf'
    exit 0
fi
before=$(cat "$dir/limit" 2>/dev/null)
put() {
    if ! { printf '%s\n' "$1" >"$dir/limit.new" && mv -f "$dir/limit.new" "$dir/limit"; } 2>/dev/null; then
        echo 'moved=full'
        exit 0
    fi
}
put "$limit"
turn=0
while [ "$(cat "$dir/heard" 2>/dev/null)" != "$limit" ]; do
    turn=$((turn + 1))
    if [ "$turn" -gt 150 ]; then
        if [ -n "$before" ]; then put "$before"; else rm -f "$dir/limit"; fi
        echo 'moved=unheard'
        exit 0
    fi
    sleep 0.1
done
echo "moved=$limit"
