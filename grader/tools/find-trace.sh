#!/bin/sh
# find-trace.sh NAME [FOLDER...]: prints the path of a trace: NAME itself if it is a file,
# else NAME.rep or NAME in one of the folders. Exit status 2 when there is none.
name=$1
shift
if [ -z "$name" ]; then
    echo "Say which trace: TRACE=name, as in traces/ and build/traces, or TRACE=file.rep" >&2
    exit 2
fi
case $name in -*) name=./$name ;; esac # no option of what reads it
[ -f "$name" ] && { printf '%s\n' "$name"; exit 0; }
for folder in "$@"; do
    for file in "$folder/$name.rep" "$folder/$name"; do
        [ -f "$file" ] && { printf '%s\n' "$file"; exit 0; }
    done
done
printf 'There is no trace %s, neither a file nor a name in:' "$name" >&2
printf ' %s' "$@" >&2
printf '\n' >&2
exit 2
