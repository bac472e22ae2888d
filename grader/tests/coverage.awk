# Reads `gcov -f`: per file its covered lines, then the functions that nothing called.
/^Function / { name = $2; gsub(/'/, "", name); kind = "function" }
/^File /     { name = $2; gsub(/'/, "", name); kind = "file" }
/^Lines executed:/ {
    split($0, part, /[:% ]+/)
    if (kind == "function" && part[3] + 0 == 0) never = never "  " name "\n"
    if (kind == "file" && name ~ /\.c$/) {
        printf "%6.1f %% of %4d lines  %s\n", part[3], part[5], name
        lines += part[5]; covered += part[5] * part[3] / 100
    }
    kind = ""
}
END {
    if (lines) printf "%6.1f %% of %4d lines  all\n", 100 * covered / lines, lines
    if (never) printf "functions that no test called:\n%s", never
}
