/* INTR brings a running guest out, the client injects its interrupt, and the guest's handler runs. A signal does no harm meanwhile. */
#include <pthread.h>
#include <signal.h>

#include "openbsd_guest.h"
#include "handler.h"
#include "progress.h"

enum { VECTOR = 0x40 };

static const uint8_t count[] = {
    0xFB,                         /* sti               */
    0x66, 0xFF, 0x06, 0x00, 0x30, /* inc dword [3000h] */
    0xEB, 0xF9,                   /* jmp to the inc    */
};

static const uint8_t handler[] = {
    0xE6, 0x77, /* out 77h, al */
    0xCF,       /* iret        */
};

static struct guest guest;
static struct vm_exit vmexit;
static struct vm_run_params run;
static atomic_int has_come_out;

static int request_interrupt(int is_wanted)
{
    struct vm_intr_params intr = { .vip_vm_id = guest.id, .vip_intr = (uint16_t)is_wanted };
    return guest_ioctl(&guest, VMM_IOC_INTR, &intr);
}

static void *run_to_an_exit(void *unused)
{
    do {
        REQUIRE_EQ(0, guest_try_run(&guest, &run, &vmexit, 0));
    } while (run.vrp_exit_reason == VM_EXIT_NONE);

    atomic_store(&has_come_out, 1);
    return unused;
}

static void command_from_handler(int signal)
{
    (void)signal;
    atomic_store(&handler_result, request_interrupt(0));
}

static void open_guest(const char *name)
{
    static const uint8_t vector[] = { 0x00, 0x20, 0x00, 0x00 }; /* 0:2000h */
    guest_open(&guest, name, count, sizeof count);
    memcpy(guest.memory + 0x2000, handler, sizeof handler);
    memcpy(guest.memory + VECTOR * sizeof vector, vector, sizeof vector);
    run = (struct vm_run_params){ 0 };
    vmexit = (struct vm_exit){ 0 };
    atomic_store(&has_come_out, 0);
}

/* A request that comes between two runs is forgotten by the second, so it is made until the runner is out. */
static void bring_out(pthread_t runner)
{
    while (!atomic_load(&has_come_out)) {
        EXPECT_EQ(0, request_interrupt(1));
        sched_yield();
    }
    REQUIRE_EQ(0, pthread_join(runner, NULL));
}

static void an_interrupt_reaches_a_running_guest(void)
{
    pthread_t runner;
    open_guest("interrupt");
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_to_an_exit, NULL));
    wait_for_start(guest_word(&guest, 0x3000));
    bring_out(runner);

    EXPECT(run.vrp_exit_reason == VMX_EXIT_EXTINT || run.vrp_exit_reason == VMX_EXIT_INT_WINDOW);
    EXPECT_EQ(1, run.vrp_irqready);
    struct vcpu_inject_event interrupt = { .vie_type = VCPU_INJECT_INTR, .vie_vector = VECTOR };
    REQUIRE_EQ(VMX_EXIT_IO, guest_run(&guest, &vmexit, 0, interrupt));
    EXPECT_EQ(0x77, vmexit.u.vei.vei_port);
    EXPECT_EQ(GUEST_STACK - 6, vmexit.vrs.vrs_gprs[VCPU_REGS_RSP]);
    guest_close(&guest);
}

static void a_handler_runs_above_a_running_guest(void)
{
    struct sigaction action = { .sa_handler = command_from_handler };
    pthread_t runner;
    REQUIRE_EQ(0, sigaction(SIGUSR1, &action, NULL));
    open_guest("signal");
    REQUIRE_EQ(0, pthread_create(&runner, NULL, run_to_an_exit, NULL));
    wait_for_start(guest_word(&guest, 0x3000));

    ask_while_inside(runner);

    EXPECT_EQ(-EDEADLK, atomic_load(&handler_result));
    wait_for_change(guest_word(&guest, 0x3000)); /* the guest goes on */
    bring_out(runner);
    guest_close(&guest);
}

int main(void)
{
    return RUN_CASES(CASE(an_interrupt_reaches_a_running_guest), CASE(a_handler_runs_above_a_running_guest));
}
