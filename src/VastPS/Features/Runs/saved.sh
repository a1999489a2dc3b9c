# Prints what is saved at a path, as a sum that changes with it: once, or each second. PATH FOLDER ONCE
case $2 in '') ;; *) cd -- "$2" || exit ;; esac
case $1 in \~/*) path=$HOME/${1#\~/} ;; -*) path=./$1 ;; *) path=$1 ;; esac
once=$3
# BusyBox has no cksum.
sum() {
    if command -v cksum >/dev/null; then cksum; else md5sum; fi
}
# A file that was named is what it is. In a folder not everything is a checkpoint: frameworks write logs, events, settings, tokenizers and
# pictures beside it, some before the first step; and what is half written is none yet.
files() {
    if [ -f "$1" ]; then
        [ ! -s "$1" ] || ls -lL --full-time -- "$1"
        return
    fi
    find -L "$1" -type f -size +0c \
        ! -name '*.log' ! -name '*.out' ! -name '*.err' ! -name '*.jsonl' ! -name '*.csv' ! -name '*.tsv' ! -name '*log*.txt' \
        ! -name '*results*.txt' ! -name 'requirements*.txt' ! -name 'merges.txt' ! -name '*.md' ! -name '*.html' ! -name '*.pdf' \
        ! -name '*.yaml' ! -name '*.yml' ! -name '*.toml' ! -name '*.ini' ! -name '*.cfg' ! -name '*.py' ! -name '*.sh' ! -name '*.ipynb' \
        ! -name '*.png' ! -name '*.jpg' ! -name '*.jpeg' ! -name '*.gif' ! -name '*.svg' ! -name '*.mp4' ! -name '*.wav' \
        ! -name '*.lock' ! -name '*.pid' ! -name '.git*' ! -name 'events.out.tfevents*' ! -name '*config*.json' ! -name '*args*.json' \
        ! -name 'tokenizer*' ! -name 'special_tokens_map*' ! -name 'added_tokens*' ! -name 'vocab.*' ! -name 'chat_template*' \
        ! -name '*.tmp' ! -name '*.temp' ! -name '*.part' ! -name '*.partial' ! -name '*.incomplete' \
        ! -path '*/.git/*' ! -path '*/wandb/*' ! -path '*/mlruns/*' ! -path '*/tmp-checkpoint*' ! -path '*.tmp/*' ! -path '*orbax-checkpoint-tmp*' \
        -exec ls -lL --full-time {} + 2>/dev/null
}
list() {
    set -- "$path"
    # A pattern is one where nothing bears its name.
    # shellcheck disable=SC2086 # it is to become names; blanks part none of them
    [ -e "$path" ] || { IFS='' && set -- $path; }
    for each; do
        files "$each"
    done
}
while :; do
    seen=$(list)
    if [ -n "$seen" ]; then printf '%s\n' "$seen" | sum; else echo none; fi
    [ -z "$once" ] || exit 0
    sleep 1
done
