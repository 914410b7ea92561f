# SPDX-License-Identifier: GPL-2.0-only
# Reads lines "KERNEL SUBJECT_WHERE LAYERS RULES OP COST", prints a table, and
# writes a list of JSON objects to the file named by the variable json. The base
# is the subject "none" of the same kernel and place.
{
	split($2, subject, "_")
	if (subject[1] == "none")
		base[$1, subject[2], $5] = $6
	row[++n] = $0
}
END {
	printf "[" > json
	printf "%-6s %-17s %6s %6s %-14s %9s %9s %8s\n", "kernel", "subject",
	       "layers", "rules", "op", "cost", "base", "percent"
	for (i = 1; i <= n; i++) {
		split(row[i], f, " ")
		split(f[2], subject, "_")
		b = base[f[1], subject[2], f[5]]
		if (!b) {
			print "no base for: " row[i] > "/dev/stderr"
			exit 1
		}
		percent = (f[6] - b) * 100 / b
		printf "%-6s %-17s %6d %6d %-14s %9d %9d %8.1f\n", f[1], f[2],
		       f[3], f[4], f[5], f[6], b, percent
		printf("%s\n{\"kernel\": \"%s\", \"subject\": \"%s\", ",
		       (i == 1 ? "" : ","), f[1], f[2]) > json
		printf("\"layers\": %d, \"rules\": %d, \"op\": \"%s\", ",
		       f[3], f[4], f[5]) > json
		printf("\"cost\": %d, \"base\": %d, \"overhead_pct\": %.2f}",
		       f[6], b, percent) > json
	}
	printf "\n]\n" > json
}
