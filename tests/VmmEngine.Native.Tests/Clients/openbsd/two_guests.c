/* Two client threads, each with a VM of its own, run at once; neither sees anything of the other. */
#include "openbsd_guest.h"
#include "two_clients.h"

static void *serve(void *argument)
{
    const uint32_t first = *(const uint32_t *)argument;
    struct guest guest;
    struct vm_exit vmexit = { 0 };
    guest_open(&guest, "client", count, sizeof count);
    *guest_word(&guest, 0x3000) = first;
    pthread_barrier_wait(&begin);

    REQUIRE_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, nothing));
    for (uint32_t i = 1; i < EXITS; i++) {
        REQUIRE_EQ(first + i, vmexit.u.vei.vei_data);
        REQUIRE_EQ(VMX_EXIT_IO, guest_continue(&guest, &vmexit));
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
