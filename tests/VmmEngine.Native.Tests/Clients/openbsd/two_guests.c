/* Two client threads, each with a VM of its own, run at once; neither sees anything of the other. */
#include <pthread.h>

#include "openbsd_guest.h"

enum { CLIENTS = 2, EXITS = 2000 };

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0x66, 0xA1, 0x00, 0x30,       /* mov eax, [3000h]  */
    0x66, 0xE7, 0x10,             /* out 10h, eax      */
    0xEB, 0xF2,                   /* jmp to the start  */
};

static pthread_barrier_t begin;

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
    uint32_t starts[CLIENTS] = { 0x10000, 0x20000 };
    pthread_t clients[CLIENTS];
    REQUIRE_EQ(0, pthread_barrier_init(&begin, NULL, CLIENTS));
    for (int i = 0; i < CLIENTS; i++)
        REQUIRE_EQ(0, pthread_create(&clients[i], NULL, serve, &starts[i]));
    for (int i = 0; i < CLIENTS; i++)
        REQUIRE_EQ(0, pthread_join(clients[i], NULL));
    pthread_barrier_destroy(&begin);
}

int main(void)
{
    return RUN_CASES(CASE(two_threads_run_two_guests));
}
