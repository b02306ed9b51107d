/* A VM is terminated while its vCPU runs: the runner comes out, the terminator waits for it, the memory stays the client's. */
#include <pthread.h>

#include "openbsd_guest.h"
#include "progress.h"

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xEB, 0xF9,                   /* jmp to the start  */
};

static void *run_until_gone(void *argument)
{
    static struct vm_exit vmexit;
    struct vm_run_params run = { 0 };
    int error;
    do {
        error = guest_try_run(argument, &run, &vmexit, 0);
    } while (error == 0);

    EXPECT_EQ(-ENOENT, error);
    return NULL;
}

static void a_running_vm_is_terminated(void)
{
    struct guest guest;
    pthread_t runner;
    guest_open(&guest, "running", count, sizeof count);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_until_gone, &guest));
    wait_for_start(guest_word(&guest, 0x3000));

    EXPECT_EQ(0, guest_terminate(&guest));
    uint32_t last = *guest_word(&guest, 0x3000);
    REQUIRE_EQ(0, pthread_join(runner, NULL));
    EXPECT_EQ(last, *guest_word(&guest, 0x3000)); /* when TERM returns no guest code runs any more */
    EXPECT_EQ(-ENOENT, guest_terminate(&guest));
    EXPECT_EQ(0, munmap(guest.memory, GUEST_MEMORY));
    EXPECT_EQ(0, device_close(guest.device));
}

static void every_vm_has_an_id_of_its_own(void)
{
    uint32_t last = 0;
    for (int i = 0; i < 20; i++) {
        struct guest guest;
        guest_open(&guest, "", count, sizeof count);
        EXPECT(guest.id > last);
        last = guest.id;
        guest_close(&guest);
    }
}

int main(void)
{
    return RUN_CASES(CASE(a_running_vm_is_terminated), CASE(every_vm_has_an_id_of_its_own));
}
