#!/bin/sh
# viz.sh OUT LOG...: makes one page that needs nothing else of one or two event logs.
#
# A log is JSON; in it `<` stands only inside strings, where \u003c means the same. So no
# text of a submission can end the script element that holds the log.
set -e
here=$(dirname "$0")
out=$1
shift

logs() {
    for log in "$@"; do
        printf '<script type="application/json" class="log">'
        sed 's/</\\u003c/g' "$log"
        printf '</script>\n'
    done
}

scripts() {
    for part in history raster map strip curves explain page; do
        cat "$here/$part.js"
    done
}

while IFS= read -r line; do
    case $line in
    @style@) cat "$here/page.css" ;;
    @data@) logs "$@" ;;
    @script@) scripts ;;
    *) printf '%s\n' "$line" ;;
    esac
done < "$here/page.html" > "$out"
