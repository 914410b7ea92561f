// SPDX-License-Identifier: GPL-2.0-only
#include "core_test.h"

/**
 * core_test_run() - run one of the tests that are the parameters of a suite
 * @test: KUnit's
 *
 * A test that fails does not come back, and its state is not freed.
 */
void core_test_run(struct kunit *test)
{
	const struct CMUnitTest *unit = test->param_value;
	void *state = NULL;

	if (unit->setup)
		KUNIT_ASSERT_EQ(test, unit->setup(&state), 0);
	unit->run(&state);
	if (unit->teardown)
		KUNIT_ASSERT_EQ(test, unit->teardown(&state), 0);
}
