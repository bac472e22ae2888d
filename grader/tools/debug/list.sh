#!/bin/sh
# list.sh PLACE...: prints the traces of files and folders, one a line, those that mdriver
# finds there. Exit status 2 when a place holds none.
for place; do
    case $place in -*) place=./$place ;; esac # no option of what reads it
    if [ -d "$place" ]; then
        found=$(find -L "$place" -name '.?*' -prune -o -name '?*.rep' -type f -print | LC_ALL=C sort)
        [ -n "$found" ] || { echo "$place: this folder holds no trace (*.rep)" >&2; exit 2; }
        printf '%s\n' "$found"
    elif [ -f "$place" ]; then
        printf '%s\n' "$place"
    else
        echo "$place: no such trace file or folder" >&2
        exit 2
    fi
done
