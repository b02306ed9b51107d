/* A vCPU belongs to no thread: many run it in turn, each to one exit, and leave nothing when they end. */
#include <pthread.h>

#include "freebsd_guest.h"
#include "leftovers.h"

enum { THREADS = 200 };

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xE6, 0x10,                   /* out 10h, al       */
    0xEB, 0xF7,                   /* jmp to the start  */
};

static void *run_once(void *guest)
{
    struct vm_exit vmexit;
    EXPECT_EQ(0, guest_run(guest, &vmexit));
    EXPECT_EQ(VM_EXITCODE_INOUT, vmexit.exitcode);
    return NULL;
}

static void run_on_another_thread(struct guest *guest)
{
    pthread_t thread;
    REQUIRE_EQ(0, pthread_create(&thread, NULL, run_once, guest));
    REQUIRE_EQ(0, pthread_join(thread, NULL));
}

static void a_vcpu_is_run_by_many_threads_in_turn(void)
{
    struct guest guest;
    guest_open(&guest, "threads", count, sizeof count);
    run_on_another_thread(&guest);
    int descriptors = count_descriptors("");

    for (uint32_t i = 2; i <= THREADS; i++)
        run_on_another_thread(&guest);

    EXPECT_EQ(THREADS, *guest_word(&guest, 0x3000));
    EXPECT_EQ(descriptors, count_descriptors(""));
    guest_close(&guest);
}

static void *live_and_die(void *name)
{
    struct guest guest;
    guest_open(&guest, name, count, sizeof count);
    run_once(&guest);
    guest_close(&guest);
    return NULL;
}

/* What a VM leaves in a thread must not outlive the VM, and what a thread leaves in a VM must not outlive the thread. */
static void vms_and_threads_come_and_go(void)
{
    static char names[] = "a\0b\0c\0d";
    for (int round = 0; round < 10; round++) {
        pthread_t threads[4];
        for (int i = 0; i < 4; i++)
            REQUIRE_EQ(0, pthread_create(&threads[i], NULL, live_and_die, names + 2 * i));
        for (int i = 0; i < 4; i++)
            REQUIRE_EQ(0, pthread_join(threads[i], NULL));
    }
}

int main(void)
{
    return RUN_CASES(CASE(a_vcpu_is_run_by_many_threads_in_turn), CASE(vms_and_threads_come_and_go));
}
