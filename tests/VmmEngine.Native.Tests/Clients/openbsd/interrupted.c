/* A signal ends VMM_IOC_RUN with nothing to help with, whatever SA_RESTART says, and none is lost. */
#include "interrupting.h"
#include "openbsd_guest.h"
#include "progress.h"

enum { TIMES = 500 };

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h]           */
    0x80, 0x3E, 0x00, 0x40, 0x00, /* cmp byte [4000h], 0         */
    0x74, 0xF4,                   /* je to the start             */
    0xE6, 0x77,                   /* out 77h, al                 */
};

static struct guest guest;

static int try_command(void)
{
    struct vm_info_params info = { 0 };
    return guest_ioctl(&guest, VMM_IOC_INFO, &info);
}

/* Runs until the guest uses its port. */
static void *run_to_the_end(void *unused)
{
    struct vm_run_params run = { 0 };
    struct vm_exit vmexit = { 0 };
    do {
        REQUIRE_EQ(0, guest_try_run(&guest, &run, &vmexit, 0));
        atomic_fetch_add(&runs, 1);
    } while (run.vrp_exit_reason == VM_EXIT_NONE);

    EXPECT_EQ(VMX_EXIT_IO, run.vrp_exit_reason);
    EXPECT_EQ(0x77, vmexit.u.vei.vei_port);
    return unused;
}

static void interrupt_guest(int flags, int times)
{
    pthread_t runner;
    set_handler(SIGUSR1, note_signal, flags);
    guest_open(&guest, "interrupted", count, sizeof count);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_to_the_end, NULL));
    wait_for_start(guest_word(&guest, 0x3000));

    interrupt_run(runner, SIGUSR1);
    wait_for_change(guest_word(&guest, 0x3000)); /* the next run goes on */
    for (int i = 1; i < times; i++)
        send_signal(runner, SIGUSR1);

    *(volatile uint8_t *)(guest.memory + 0x4000) = 1;
    REQUIRE_EQ(0, pthread_join(runner, NULL));
    guest_close(&guest);
}

static void a_signal_ends_a_run(void)
{
    interrupt_guest(0, 1);
}

static void so_does_one_whose_handler_asks_for_restart(void)
{
    interrupt_guest(SA_RESTART, 1);
}

static void none_is_lost_between_two_runs(void)
{
    interrupt_guest(SA_RESTART, TIMES);
}

int main(void)
{
    return RUN_CASES(
        CASE(a_signal_ends_a_run),
        CASE(so_does_one_whose_handler_asks_for_restart),
        CASE(none_is_lost_between_two_runs));
}
