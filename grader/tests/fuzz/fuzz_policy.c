/* fuzz_policy.c - any bytes as a policy: bounded numbers, or one sentence that says where. */
#include "fuzz.h"
#include "policy.h"
#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct policy policy;
    char why[160] = "";
    if (!policy_parse("fuzz", (const char *)data, bytes, &policy, why, sizeof why)) {
        MUST(strncmp(why, "fuzz:", 5) == 0);
        return 0;
    }
    MUST(policy.category_count <= POLICY_CATEGORIES && policy.name[0]);
    MUST(policy.utilization_curve.zero < policy.utilization_curve.full);
    MUST(isfinite(policy.trace_seconds) && policy.operation_seconds > 0);
    MUST(policy_weight(&policy, "mix") >= 0);
    return 0;
}
