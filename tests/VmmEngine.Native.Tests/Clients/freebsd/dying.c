/*
 * A client that ends in the middle of VM_RUN, in the way that its argument names. It prints "running" once the guest runs: from then on it
 * can be killed.
 */
#include <pthread.h>

#include "ending.h"
#include "freebsd_guest.h"
#include "progress.h"

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xEB, 0xF9,                   /* jmp to the start  */
};

static void *run_for_ever(void *guest)
{
    struct vm_exit vmexit;
    for (;;)
        REQUIRE_EQ(0, guest_run(guest, &vmexit));
    return NULL;
}

int main(int argc, char **argv)
{
    static struct guest guest;
    pthread_t runner;
    REQUIRE_EQ(2, argc);
    guest_open(&guest, "dying", count, sizeof count);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_for_ever, &guest));
    wait_for_start(guest_word(&guest, 0x3000));
    return end_by(argv[1]);
}
