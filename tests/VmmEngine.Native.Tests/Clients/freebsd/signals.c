/* Signals: their handlers run while a guest does, may not enter the engine above a call of their own thread, and keep what was set. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>

#include "freebsd_guest.h"
#include "handler.h"
#include "progress.h"

static const uint8_t count[] = {
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xEB, 0xF9,                   /* jmp to the start  */
};

static struct guest guest;

static void command_from_handler(int signal)
{
    (void)signal;
    struct vm_cpu_topology topology;
    atomic_store(&handler_result, guest_ioctl(&guest, VM_GET_TOPOLOGY, &topology));
}

static void handle(int signal, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    REQUIRE_EQ(0, sigaction(signal, &action, NULL));
}

static void *run_to_the_end(void *vmexit)
{
    EXPECT_EQ(0, guest_run(&guest, vmexit));
    return NULL;
}

static void a_handler_runs_above_a_running_guest(void)
{
    struct vm_suspend poweroff = { .how = VM_SUSPEND_POWEROFF };
    struct vm_exit vmexit;
    pthread_t runner;
    handle(SIGUSR1, command_from_handler);
    guest_open(&guest, "handler", count, sizeof count);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_to_the_end, &vmexit));
    wait_for_start(guest_word(&guest, 0x3000));

    ask_while_inside(runner);
    EXPECT_EQ(-EDEADLK, atomic_load(&handler_result));

    wait_for_change(guest_word(&guest, 0x3000)); /* the guest goes on */
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SUSPEND, &poweroff));
    REQUIRE_EQ(0, pthread_join(runner, NULL));
    EXPECT_EQ(VM_EXITCODE_SUSPENDED, vmexit.exitcode);
    EXPECT_EQ(VM_SUSPEND_POWEROFF, vmexit.u.suspended.how);
    guest_close(&guest);
}

static void a_handler_above_nothing_may_enter(void)
{
    handle(SIGUSR1, command_from_handler);
    guest_open(&guest, "enter", count, sizeof count);
    atomic_store(&handler_result, HANDLER_PENDING);

    EXPECT_EQ(0, raise(SIGUSR1));
    EXPECT_EQ(0, atomic_load(&handler_result));
    guest_close(&guest);
}

static void what_a_broken_pipe_does_is_the_clients_choice(void)
{
    struct sigaction action;
    guest_open(&guest, "pipe", count, sizeof count);
    EXPECT_EQ(0, sigaction(SIGPIPE, NULL, &action));
    EXPECT(action.sa_handler == SIG_DFL);
    guest_close(&guest);
}

static void *run_with_all_signals_blocked(void *vmexit)
{
    sigset_t all;
    sigfillset(&all);
    EXPECT_EQ(0, pthread_sigmask(SIG_BLOCK, &all, NULL));
    return run_to_the_end(vmexit);
}

static void a_thread_that_blocks_all_signals_can_be_stopped(void)
{
    struct vm_suspend poweroff = { .how = VM_SUSPEND_POWEROFF };
    struct vm_exit vmexit;
    pthread_t runner;
    guest_open(&guest, "blocked", count, sizeof count);
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_with_all_signals_blocked, &vmexit));
    wait_for_start(guest_word(&guest, 0x3000));

    (void)guest_get(&guest, VM_REG_GUEST_RIP); /* throws the vCPU out of its guest */
    EXPECT_EQ(0, guest_ioctl(&guest, VM_SUSPEND, &poweroff));
    REQUIRE_EQ(0, pthread_join(runner, NULL));
    EXPECT_EQ(VM_EXITCODE_SUSPENDED, vmexit.exitcode);
    guest_close(&guest);
}

static sigjmp_buf fault_return;

static void leave_fault(int signal)
{
    siglongjmp(fault_return, signal);
}

/* Writes to a page that may not be written; answers the signal that came of it. */
static int provoke_fault(volatile char *page)
{
    int signal = sigsetjmp(fault_return, 1);
    if (signal == 0)
        *page = 1;
    return signal;
}

static void a_fault_of_the_clients_reaches_its_own_handler(void)
{
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(page != MAP_FAILED);
    guest_open(&guest, "fault", count, sizeof count);
    EXPECT_EQ(SIGSEGV, provoke_fault(page)); /* the handler was set before the engine's */

    handle(SIGSEGV, leave_fault);
    EXPECT_EQ(SIGSEGV, provoke_fault(page)); /* and after it */
    EXPECT_EQ(0, guest_get(&guest, VM_REG_GUEST_RBX));
    guest_close(&guest);
    munmap(page, 4096);
}

int main(void)
{
    handle(SIGSEGV, leave_fault);
    handle(SIGPIPE, SIG_DFL); /* whatever this program was started with */
    return RUN_CASES(
        CASE(what_a_broken_pipe_does_is_the_clients_choice),
        CASE(a_handler_runs_above_a_running_guest),
        CASE(a_handler_above_nothing_may_enter),
        CASE(a_thread_that_blocks_all_signals_can_be_stopped),
        CASE(a_fault_of_the_clients_reaches_its_own_handler));
}
