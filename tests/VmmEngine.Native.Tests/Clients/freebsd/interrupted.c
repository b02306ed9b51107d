/* A signal ends VM_RUN with the exit BOGUS, whatever the guest does and whatever SA_RESTART says, and none is lost. */
#include "freebsd_guest.h"
#include "interrupting.h"
#include "progress.h"

enum { TIMES = 500 };

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xEB, 0xF9,                   /* jmp to the start  */
};

static const uint8_t halt[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xFB,                         /* sti               */
    0xF4,                         /* hlt               */
    0xEB, 0xFD,                   /* jmp to the hlt    */
};

static struct guest guest;

static int try_command(void)
{
    struct vm_cpu_topology topology;
    return guest_ioctl(&guest, VM_GET_TOPOLOGY, &topology);
}

/* Runs until the VM is suspended. What comes back for a signal is counted. */
static void *run_to_the_end(void *unused)
{
    struct vm_exit vmexit;
    do {
        REQUIRE_EQ(0, guest_try_run(&guest, &vmexit));
        if (vmexit.exitcode == VM_EXITCODE_BOGUS) {
            EXPECT_EQ(0, vmexit.inst_length);
            atomic_fetch_add(&runs, 1);
        }
    } while (vmexit.exitcode == VM_EXITCODE_BOGUS || vmexit.exitcode == VM_EXITCODE_REQIDLE);

    EXPECT_EQ(VM_EXITCODE_SUSPENDED, vmexit.exitcode);
    return unused;
}

static pthread_t begin(const char *name, const uint8_t *code, size_t size)
{
    pthread_t runner;
    guest_open(&guest, name, code, size);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_to_the_end, NULL));
    wait_for_start(guest_word(&guest, 0x3000));
    return runner;
}

static void end(pthread_t runner)
{
    struct vm_suspend poweroff = { .how = VM_SUSPEND_POWEROFF };
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SUSPEND, &poweroff));
    REQUIRE_EQ(0, pthread_join(runner, NULL));
    guest_close(&guest);
}

static void interrupt_a_busy_guest(int flags)
{
    set_handler(SIGUSR1, note_signal, flags);
    pthread_t runner = begin("busy", count, sizeof count);
    interrupt_run(runner, SIGUSR1);
    wait_for_change(guest_word(&guest, 0x3000)); /* the next run goes on */
    end(runner);
}

static void a_signal_ends_a_run(void)
{
    interrupt_a_busy_guest(0);
}

static void so_does_one_whose_handler_asks_for_restart(void)
{
    interrupt_a_busy_guest(SA_RESTART);
}

static void a_signal_wakes_a_halted_guest(void)
{
    set_handler(SIGUSR1, note_signal, SA_RESTART);
    pthread_t runner = begin("halted", halt, sizeof halt);
    interrupt_run(runner, SIGUSR1);
    interrupt_run(runner, SIGUSR1);
    EXPECT_EQ(1, *guest_word(&guest, 0x3000)); /* it halts again, at the same instruction */
    end(runner);
}

static void none_is_lost_between_two_runs(void)
{
    set_handler(SIGUSR1, note_signal, SA_RESTART);
    pthread_t runner = begin("many", count, sizeof count);
    for (int i = 0; i < TIMES; i++)
        send_signal(runner, SIGUSR1);
    end(runner);
}

static void *run_without_the_signal(void *unused)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    EXPECT_EQ(0, pthread_sigmask(SIG_BLOCK, &set, NULL));
    return run_to_the_end(unused);
}

static void a_signal_that_the_thread_blocks_does_not(void)
{
    pthread_t runner;
    set_handler(SIGUSR1, note_signal, 0);
    guest_open(&guest, "blocks", count, sizeof count);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_without_the_signal, NULL));
    wait_for_start(guest_word(&guest, 0x3000));

    int before = atomic_load(&runs);
    EXPECT_EQ(0, pthread_kill(runner, SIGUSR1));
    wait_for_change(guest_word(&guest, 0x3000));
    (void)guest_get(&guest, VM_REG_GUEST_RIP); /* now it has been out of the guest with the signal pending */
    wait_for_change(guest_word(&guest, 0x3000));
    EXPECT_EQ(before, atomic_load(&runs));
    end(runner);
}

int main(void)
{
    return RUN_CASES(
        CASE(a_signal_ends_a_run),
        CASE(so_does_one_whose_handler_asks_for_restart),
        CASE(a_signal_wakes_a_halted_guest),
        CASE(none_is_lost_between_two_runs),
        CASE(a_signal_that_the_thread_blocks_does_not));
}
