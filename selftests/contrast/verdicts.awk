# SPDX-License-Identifier: GPL-2.0-only
# A verdict for each trick: under "who" it has to be "expected".
$2 != "reached" && $2 != "refused" { next }
{
	want = $1 == "by its name" ? "refused" : expected
	n++
	# AppArmor cannot name the files below an overlay, and some kernels let
	# it say so, whatever the rules are
	right = $2 == want || ($1 ~ /layer/ && $2 == "refused")
	bad += !right
	print (right ? "ok " : "not ok ") who ": " $1 " is " $2
}
END {
	if (n != 10)
		print "not ok " who ": " n + 0 " of 10 tricks were tried"
	exit bad || n != 10
}
