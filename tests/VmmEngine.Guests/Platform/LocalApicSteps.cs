using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The local APIC in xAPIC mode: registers are in its page.</summary>
internal static class LocalApicSteps
{
    public const ulong Page = 0xFEE0_0000;
    public const uint Lint0 = 0x350;
    public const uint Masked = 1 << 16;
    public const uint External = 0x700;

    private const uint Id = 0x20;
    private const uint Version = 0x30;
    private const uint TaskPriority = 0x80;
    private const uint ProcessorPriority = 0xA0;
    private const uint EndOfInterrupt = 0xB0;
    private const uint LogicalDestination = 0xD0;
    private const uint DestinationFormat = 0xE0;
    private const uint Spurious = 0xF0;
    private const uint InService = 0x100;
    private const uint Requests = 0x200;
    private const uint ErrorStatus = 0x280;
    private const uint CommandLow = 0x300;
    private const uint CommandHigh = 0x310;
    private const uint TimerVector = 0x320;
    private const uint CounterVector = 0x340;
    private const uint Lint1 = 0x360;
    private const uint ErrorVector = 0x370;
    private const uint InitialCount = 0x380;
    private const uint CurrentCount = 0x390;
    private const uint Divider = 0x3E0;
    private const uint ToItself = 1 << 18;
    private const uint Periodic = 1 << 17;
    private const uint NmiMode = 0x400;
    private const int Lint1Source = 1;
    private const int CounterSource = 4;

    public static void Write(PlatformProgram p)
    {
        p.Device("local APIC");
        Registers(p);
        Commands(p);
        Priorities(p);
        Service(p);
        Errors(p);
        Timer(p);
        LocalVectors(p);
    }

    private static void Read(PlatformProgram p, uint register) => p.Read32(Page + register);

    private static void Write(PlatformProgram p, uint register, uint value) => p.Write32(Page + register, value);

    private static void ToSelf(PlatformProgram p, byte vector) => Write(p, CommandLow, ToItself | vector);

    private static void Registers(PlatformProgram p)
    {
        Read(p, Id);
        p.Answer("id", 0);
        Read(p, Version);
        p.C.shr(eax, 16);
        p.C.movzx(eax, al);
        p.Answer("last entry of the vector table", 6, 5, "KVM's has no entry for corrected machine checks");
        Write(p, Spurious, 0x1FF);
        Read(p, Spurious);
        p.Answer("spurious vector register", 0x1FF);
        Write(p, Lint0, External);
        Read(p, Lint0);
        p.Answer("LINT0", External);
        Write(p, LogicalDestination, 0x0100_0000);
        Read(p, LogicalDestination);
        p.Answer("logical destination", 0x0100_0000);
        Write(p, DestinationFormat, 0);
        Read(p, DestinationFormat);
        p.Answer("destination format, clusters", 0x0FFF_FFFF);
        Write(p, DestinationFormat, uint.MaxValue);
        Read(p, DestinationFormat);
        p.Answer("destination format, flat", uint.MaxValue);
    }

    private static void Commands(PlatformProgram p)
    {
        ToSelf(p, 0x50);
        p.Expect("command to itself", 0x50);
        Write(p, CommandHigh, 0);
        Write(p, CommandLow, 0x51);
        p.Expect("command to the own id", 0x51);
        Write(p, CommandHigh, 0x0100_0000);
        Write(p, CommandLow, 0x0852);
        p.Expect("command to the logical id", 0x52);
        Write(p, CommandLow, 0x53);
        p.ExpectNothing("command to an id that nobody has");
        Write(p, CommandHigh, 0xFF00_0000);
        Write(p, CommandLow, 0x54);
        p.Expect("command to everybody", 0x54);
        Read(p, CommandHigh);
        p.Answer("high half of the command", 0xFF00_0000);
        Write(p, CommandHigh, 0);
        Write(p, CommandLow, NmiMode);
        p.Expect("NMI to itself", 2);
    }

    private static void Priorities(PlatformProgram p)
    {
        ToSelf(p, 0x41);
        ToSelf(p, 0x71);
        ToSelf(p, 0x61);
        Read(p, Requests + 0x30);
        p.Answer("requests before interrupts are enabled", (1u << 1) | (1u << 17));
        p.Expect("three at once", 0x71, 0x61, 0x41);

        Write(p, TaskPriority, 0x60);
        ToSelf(p, 0x5A);
        p.ExpectNothing("a vector below the task's priority");
        Read(p, ProcessorPriority);
        p.Answer("processor priority", 0x60);
        ToSelf(p, 0x75);
        p.Expect("a vector above it", 0x75);
        Write(p, TaskPriority, 0);
        p.Expect("the vector, with the priority back", 0x5A);
    }

    private static void Service(PlatformProgram p)
    {
        p.Hold(0x58);
        ToSelf(p, 0x58);
        p.Expect("a vector whose end is held back", 0x58);
        Read(p, InService + 0x20);
        p.AnswerInService("it is in service", 1u << 24, 0);
        Read(p, ProcessorPriority);
        p.AnswerInService("processor priority meanwhile", 0x50, 0);
        ToSelf(p, 0x5C);
        p.ExpectInService("a vector of the same class", 0, 0x5C);
        ToSelf(p, 0x68);
        p.Expect("a vector of a higher class", 0x68);
        Write(p, EndOfInterrupt, 0);
        p.ExpectInService("the vector of the same class, after the end", 0x5C, 0);
        Read(p, InService + 0x20);
        p.Answer("nothing is in service", 0);
        p.Hold(0);
    }

    private static void Errors(PlatformProgram p)
    {
        Write(p, ErrorVector, 0x59);
        ToSelf(p, 5);
        p.Settle();
        p.CameOtherwiseOnKvm("an illegal vector is sent", 0x59, 0, "KVM's local APIC reports no errors");
        Write(p, ErrorStatus, 0);
        Read(p, ErrorStatus);
        p.Answer("error status", 1 << 5, 0, "KVM's local APIC reports no errors");
        Write(p, ErrorVector, Masked);
    }

    private static void Timer(PlatformProgram p)
    {
        Write(p, Divider, 3); // by 16
        Write(p, TimerVector, 0x55);
        p.StartTime();
        Write(p, InitialCount, 625_000);
        p.Command(PlatformCommand.Pause);
        p.Expect("timer, one shot", 0x55);
        p.AnswerAfter("after its time", 10_000);
        Read(p, CurrentCount);
        p.Answer("its count is over", 0);
        p.ExpectNothing("one shot is one");

        Write(p, TimerVector, Periodic | 0x56);
        p.StartTime();
        Write(p, InitialCount, 125_000);
        p.Command(PlatformCommand.Pause);
        p.Expect("timer, periodic", 0x56, 0x56, 0x56);
        p.AnswerAfter("after three periods", 6_000);
        Write(p, TimerVector, Periodic | Masked | 0x56);
        Write(p, InitialCount, 0);
        p.Settle();
        p.Forget();
        p.ExpectNothing("it is stopped");

        Write(p, TimerVector, 0x57);
        Write(p, InitialCount, 625_000);
        p.C.sti();
        p.C.hlt();
        p.C.cli();
        p.Came("the timer ends a halt", 0x57);
    }

    private static void LocalVectors(PlatformProgram p)
    {
        p.Command(PlatformCommand.RaiseVector, 0x42);
        p.Expect("a vector that the client requests", 0x42);
        Write(p, Lint1, 0x43);
        p.Command(PlatformCommand.RaiseLocal, Lint1Source);
        p.Expect("LINT1, fixed", 0x43);
        Write(p, Lint1, NmiMode);
        p.Command(PlatformCommand.RaiseLocal, Lint1Source);
        p.Expect("LINT1, NMI", 2);
        Write(p, Lint1, Masked | 0x43);
        p.Command(PlatformCommand.RaiseLocal, Lint1Source);
        p.ExpectNothing("LINT1, masked");
        Write(p, CounterVector, 0x44);
        p.Command(PlatformCommand.RaiseLocal, CounterSource);
        p.Expect("performance counter", 0x44);
    }
}
