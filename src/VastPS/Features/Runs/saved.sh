# Prints what is saved at a path, as a sum that changes with it: once, or each second. PATH FOLDER ONCE
case $2 in '') ;; *) cd -- "$2" || exit ;; esac
case $1 in \~/*) path=$HOME/${1#\~/} ;; *) path=$1 ;; esac
# BusyBox has no cksum.
sum() {
    if command -v cksum >/dev/null; then cksum; else md5sum; fi
}
while :; do
    if [ -n "$(ls -A -- "$path" 2>/dev/null)" ]; then
        # shellcheck disable=SC2012 # of names, sizes and times only a sum is made; find has no portable way to print them
        ls -lLR --full-time -- "$path" 2>/dev/null | sum
    else
        echo none
    fi
    [ -z "$3" ] || exit 0
    sleep 1
done
