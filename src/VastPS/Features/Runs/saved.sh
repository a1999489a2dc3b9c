# Prints what is saved at a path, as a sum that changes with it: once, or each second. PATH FOLDER ONCE
case $2 in '') ;; *) cd -- "$2" || exit ;; esac
case $1 in '~/'*) path=$HOME/${1#'~/'} ;; *) path=$1 ;; esac
while :; do
    if [ -n "$(ls -A -- "$path" 2>/dev/null)" ]; then
        ls -lLR --time-style=full-iso -- "$path" 2>/dev/null | cksum
    else
        echo none
    fi
    [ -z "$3" ] || exit 0
    sleep 1
done
