// Calls each command of the device through the generated dispatch and prints what it answers.
using Counter;
using VmmEngine.Locks;

unsafe
{
    const int Vcpus = 4;
    VmLockMemory memory = new(Vcpus);
    CounterCall call = new(memory.Locks, memory.RentLine(), new long[Vcpus]);

    counter_add add = new() { vcpuid = 2, amount = 40 };
    Print("add", Ioctl(CounterCommandWords.COUNTER_ADD, &add), add.value);
    add.vcpuid = 3;
    add.amount = 2;
    Print("add", Ioctl(CounterCommandWords.COUNTER_ADD, &add), add.value);

    counter_total total = default;
    Print("total", Ioctl(CounterCommandWords.COUNTER_TOTAL, &total), total.total);

    add.vcpuid = Vcpus;
    Print("no such vcpu", Ioctl(CounterCommandWords.COUNTER_ADD, &add), 0);
    Print("forget", Ioctl(CounterCommandWords.COUNTER_FORGET, null), 0);
    Print("unknown", Ioctl(0, null), 0);

    Print("reset", Ioctl(CounterCommandWords.COUNTER_RESET, null), 0);
    Print("total", Ioctl(CounterCommandWords.COUNTER_TOTAL, &total), total.total);
    GC.KeepAlive(memory);

    int Ioctl(uint command, void* argument) =>
        CounterCommands<ProcessorAtomics, CounterHandlers>.Ioctl(in call, command, argument);

    static void Print(string what, int error, long value) => Console.WriteLine($"{what}: error {error}, value {value}");
}
