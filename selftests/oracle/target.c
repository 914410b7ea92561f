// SPDX-License-Identifier: GPL-2.0-only
/*
 * What probes execute: tells whether the exec was a secure one, and stays until
 * its domain has been looked at.
 */
#include <sys/auxv.h>
#include <unistd.h>
#include "probe.h"

int main(void)
{
	char byte = getauxval(AT_SECURE) ? 'S' : 's';

	if (write(TARGET_REPORT, &byte, 1) != 1 ||
	    read(TARGET_GO, &byte, 1) != 1)
		return 255;
	return 0;
}
