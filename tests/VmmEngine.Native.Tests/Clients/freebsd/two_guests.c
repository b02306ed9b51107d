/* Two client threads, each with a VM of its own, run at once; neither sees anything of the other. */
#include "freebsd_guest.h"
#include "two_clients.h"

static void *serve(void *argument)
{
    const uint32_t first = *(const uint32_t *)argument;
    char name[16];
    struct guest guest;
    struct vm_exit vmexit;
    snprintf(name, sizeof name, "client%u", first);
    guest_open(&guest, name, count, sizeof count);
    *guest_word(&guest, 0x3000) = first;
    pthread_barrier_wait(&begin);

    for (uint32_t i = 1; i <= EXITS; i++) {
        REQUIRE_EQ(0, guest_run(&guest, &vmexit));
        REQUIRE_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
        REQUIRE_EQ(first + i, vmexit.u.inout.eax);
    }

    EXPECT_EQ(first + EXITS, *guest_word(&guest, 0x3000));
    guest_close(&guest);
    return NULL;
}

static void two_threads_run_two_guests(void)
{
    run_two_clients(serve);
}

int main(void)
{
    return RUN_CASES(CASE(two_threads_run_two_guests));
}
