/*
 * A signal ends the run that its handler interrupts, as upstream's kernels have it.
 *
 * The handler runs on the thread of the run, above it, and does what any thread does that wants the vCPU back: it posts a bit, which is looked at before each entry of
 * the guest and which a halted vCPU sleeps on, and then kicks, by a byte that the back end looks at later than at the bit: KVM at KVM_RUN, the software
 * processor at the end of each block. Everything happens on one thread, so the order of the stores is all that counts.
 */
#include <stdatomic.h>

#include "exports.h"

/* VcpuRequests.Signal of the engine. */
#define REQUEST_SIGNAL 16u

__attribute__((visibility("default"))) void vmm_interrupt(void)
{
	_Atomic uint32_t *requests = vmm_thread.run_requests;

	if (vmm_thread.place != THREAD_INSIDE)
		return;
	vmm_thread.is_interrupted = 1;
	if (requests != NULL) {
		volatile uint8_t *leaves = vmm_thread.run_leaves;

		atomic_fetch_or(requests, REQUEST_SIGNAL);
		if (leaves != NULL)
			*leaves = 1;
	}
}

void vmm_run_begins(_Atomic uint32_t *requests, volatile uint8_t *leaves)
{
	vmm_thread.run_leaves = leaves;
	vmm_thread.run_requests = requests;
	if (vmm_thread.is_interrupted) /* on the way here; a handler from now on posts for itself */
		atomic_fetch_or(requests, REQUEST_SIGNAL);
}

void vmm_run_ends(_Atomic uint32_t *requests)
{
	vmm_thread.run_requests = NULL;
	if (vmm_thread.is_interrupted)
		atomic_fetch_and(requests, ~REQUEST_SIGNAL); /* taken already, unless the run has ended for another reason */
}
