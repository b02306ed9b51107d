/* Signal handlers are the program's own: the shim, which has them end runs, shows in no other way. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static int first_calls;
static int second_calls;
static int third_calls;
static int value;

static void first(int signal)
{
    (void)signal;
    first_calls++;
}

static void second(int signal, siginfo_t *information, void *context)
{
    (void)signal;
    (void)context;
    second_calls++;
    value = information->si_value.sival_int;
}

static void again(int number)
{
    third_calls++;
    signal(number, again); /* as old programs do */
}

static struct sigaction action_of(int signal)
{
    struct sigaction action;
    REQUIRE_EQ(0, sigaction(signal, NULL, &action));
    return action;
}

static void open_a_device(void)
{
    int control = open("/dev/vmmctl", O_RDWR);
    REQUIRE(control >= 0);
    EXPECT_EQ(0, close(control));
}

static void what_was_set_before_the_first_device_stays(void)
{
    struct sigaction before = { .sa_handler = first, .sa_flags = SA_RESTART | SA_NODEFER };
    sigaddset(&before.sa_mask, SIGUSR2);
    REQUIRE_EQ(0, sigaction(SIGUSR1, &before, NULL));
    open_a_device();

    struct sigaction after = action_of(SIGUSR1);
    EXPECT(after.sa_handler == first);
    EXPECT_EQ(before.sa_flags, after.sa_flags & (SA_RESTART | SA_NODEFER | SA_SIGINFO | SA_RESETHAND));
    EXPECT(sigismember(&after.sa_mask, SIGUSR2));
    EXPECT_EQ(0, raise(SIGUSR1));
    EXPECT_EQ(1, first_calls);
}

static void handlers_take_turns(void)
{
    struct sigaction one = { .sa_handler = first };
    struct sigaction two = { .sa_sigaction = second, .sa_flags = SA_SIGINFO };
    struct sigaction old;
    first_calls = second_calls = 0;
    for (int i = 0; i < 3; i++) {
        REQUIRE_EQ(0, sigaction(SIGUSR1, &two, &old));
        EXPECT(old.sa_handler == first);
        EXPECT(action_of(SIGUSR1).sa_sigaction == second);
        EXPECT_EQ(0, sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 100 + i }));
        EXPECT_EQ(100 + i, value);

        REQUIRE_EQ(0, sigaction(SIGUSR1, &one, &old));
        EXPECT(old.sa_sigaction == second);
        EXPECT(old.sa_flags & SA_SIGINFO);
        EXPECT_EQ(0, raise(SIGUSR1));
    }

    EXPECT_EQ(3, first_calls);
    EXPECT_EQ(3, second_calls);
}

static void the_simple_function_answers_the_one_before(void)
{
    EXPECT(signal(SIGUSR2, first) == SIG_DFL);
    EXPECT(signal(SIGUSR2, again) == first);
    EXPECT(signal(SIGUSR2, SIG_IGN) == again);
    EXPECT(signal(SIGUSR2, again) == SIG_IGN);
    EXPECT_EQ(0, raise(SIGUSR2));
    EXPECT_EQ(0, raise(SIGUSR2));
    EXPECT_EQ(2, third_calls);
    EXPECT(signal(SIGUSR2, SIG_DFL) == again);
}

static void a_handler_for_once_is_one_for_once(void)
{
    struct sigaction once = { .sa_handler = first, .sa_flags = (int)SA_RESETHAND };
    first_calls = 0;
    REQUIRE_EQ(0, sigaction(SIGURG, &once, NULL)); /* which is ignored by default */
    EXPECT_EQ(0, raise(SIGURG));
    EXPECT_EQ(0, raise(SIGURG));
    EXPECT_EQ(1, first_calls);
    EXPECT(action_of(SIGURG).sa_handler == SIG_DFL);
}

static void errors_are_the_systems(void)
{
    struct sigaction action = { .sa_handler = first };
    EXPECT_EQ(-1, sigaction(SIGKILL, &action, NULL));
    EXPECT_EQ(EINVAL, errno);
    EXPECT_EQ(-1, sigaction(1000, &action, NULL));
    EXPECT_EQ(EINVAL, errno);
    EXPECT(signal(-1, first) == SIG_ERR);
    EXPECT_EQ(EINVAL, errno);
}

int main(void)
{
    return RUN_CASES(
        CASE(what_was_set_before_the_first_device_stays),
        CASE(handlers_take_turns),
        CASE(the_simple_function_answers_the_one_before),
        CASE(a_handler_for_once_is_one_for_once),
        CASE(errors_are_the_systems));
}
