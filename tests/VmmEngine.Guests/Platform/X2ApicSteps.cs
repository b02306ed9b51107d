using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The local APIC in x2APIC mode, in which the guest begins: registers are MSRs.</summary>
internal static class X2ApicSteps
{
    private const uint Base = 0x1B;
    private const uint DeadlineMsr = 0x6E0;
    private const uint Id = 0x802;
    private const uint Version = 0x803;
    private const uint TaskPriority = 0x808;
    private const uint LogicalDestination = 0x80D;
    private const uint Spurious = 0x80F;
    private const uint Command = 0x830;
    private const uint TimerVector = 0x832;
    private const uint Lint0 = 0x835;
    private const uint InitialCount = 0x838;
    private const uint CurrentCount = 0x839;
    private const uint Divider = 0x83E;
    private const uint SelfIpi = 0x83F;

    private const ulong Page = 0xFEE0_0000;
    private const ulong Enabled = 1 << 11;
    private const ulong X2Apic = 1 << 10;
    private const ulong BootProcessor = 1 << 8;
    private const uint DeadlineMode = 2 << 17;
    private const byte GeneralProtection = 13;
    private const int TenMilliseconds = 10_000_000;

    public static void Write(PlatformProgram p)
    {
        p.Device("x2APIC");
        Registers(p);
        Commands(p);
        Timer(p);
        Refusals(p);
        Leave(p);
    }

    private static void Registers(PlatformProgram p)
    {
        p.ReadMsr(Base);
        p.Answer("base register", Page | Enabled | X2Apic | BootProcessor);
        p.ReadMsr(Id);
        p.Answer("id", 0);
        p.ReadMsr(Version);
        p.C.movzx(eax, al);
        p.Answer("version", 0x14);
        p.Read32(Page + 0x30);
        p.Answer("the page in this mode", 0, uint.MaxValue, "KVM's page answers with ones, upstream's with zeros");
        p.ReadMsr(Lint0);
        p.Answer("LINT0 after power-on", 0x700);
        p.WriteMsr(Spurious, 0x1FF);
        p.ReadMsr(Spurious);
        p.Answer("spurious vector register", 0x1FF);
        p.WriteMsr(TaskPriority, 0x30);
        p.C.mov(rax, cr8);
        p.Answer("task priority in CR8", 3);
        p.C.xor(eax, eax);
        p.C.mov(cr8, rax);
        p.ReadMsr(TaskPriority);
        p.Answer("task priority from CR8", 0);
        p.ReadMsr(LogicalDestination);
        p.Answer("logical destination", 1);
        p.WriteMsr(TimerVector, 0x1_0041);
        p.ReadMsr(TimerVector);
        p.Answer("timer's entry of the vector table", 0x1_0041);
    }

    private static void Commands(PlatformProgram p)
    {
        p.WriteMsr(SelfIpi, 0x41);
        p.Expect("self IPI register", 0x41);
        p.WriteMsr(Command, 0x0000_0042);
        p.Expect("command to the own id", 0x42);
        p.WriteMsr(Command, 0x0004_0043);
        p.Expect("command to itself", 0x43);
        p.WriteMsr(Command, 0x0008_0044);
        p.Expect("command to all", 0x44);
        p.WriteMsr(Command, (1UL << 32) | 0x0845);
        p.Expect("command to the logical id", 0x45);
        p.WriteMsr(Command, 0x000C_0046);
        p.ExpectNothing("command to all others");
        p.WriteMsr(Command, 0x0000_0400);
        p.Expect("NMI to itself", 2);
        p.WriteMsr(SelfIpi, 0x47);
        p.WriteMsr(SelfIpi, 0x67);
        p.WriteMsr(SelfIpi, 0x57);
        p.Expect("three at once", 0x67, 0x57, 0x47);
    }

    private static void Timer(PlatformProgram p)
    {
        p.WriteMsr(Divider, 0xB);
        p.WriteMsr(TimerVector, 0x48);
        p.StartTime();
        p.WriteMsr(InitialCount, TenMilliseconds);
        p.Command(PlatformCommand.Pause);
        p.Expect("timer, one shot", 0x48);
        p.AnswerAfter("after its time", 10_000);
        p.ReadMsr(CurrentCount);
        p.Answer("its count is over", 0);

        p.C.mov(eax, 1);
        p.C.cpuid();
        p.C.mov(eax, ecx);
        p.C.shr(eax, 24);
        p.C.and(eax, 1);
        p.C.xor(ebx, ebx); // CPUID's
        p.Answer("CPUID offers deadlines", 1);
        p.WriteMsr(TimerVector, DeadlineMode | 0x49);
        p.C.rdtsc();
        p.C.shl(rdx, 32);
        p.C.or(rax, rdx);
        p.C.mov(rbx, rax);
        p.C.add(rax, 5_000_000);
        p.C.mov(rdx, rax);
        p.C.shr(rdx, 32);
        p.C.mov(ecx, DeadlineMsr);
        p.C.wrmsr();
        p.Command(PlatformCommand.Pause);
        p.Expect("timer, deadline", 0x49);
        p.C.rdtsc();
        p.C.shl(rdx, 32);
        p.C.or(rax, rdx);
        p.C.sub(rax, rbx);
        p.C.cmp(rax, 5_000_000);
        p.AnswerIf("after its deadline", p.C.setae);
        p.ReadMsr(DeadlineMsr);
        p.Answer("the deadline is over", 0);
        p.WriteMsr(TimerVector, LocalApicSteps.Masked);
    }

    private static void Refusals(PlatformProgram p)
    {
        p.TryWriteMsr(Id, 1);
        p.Came("writing the id", GeneralProtection);
        p.Try(() => p.ReadMsr(0x804));
        p.Came("reading a register that there is not", GeneralProtection);
        p.TryWriteMsr(SelfIpi, 1UL << 32);
        p.Came("writing reserved bits", GeneralProtection);
    }

    private static void Leave(PlatformProgram p)
    {
        p.TryWriteMsr(Base, Page | Enabled | BootProcessor);
        p.Came("straight to xAPIC mode", GeneralProtection);
        p.WriteMsr(Base, Page | BootProcessor);
        p.ReadMsr(Base);
        p.Answer("off", Page | BootProcessor);
        p.WriteMsr(Base, Page | Enabled | BootProcessor);
        p.ReadMsr(Base);
        p.Answer("on in xAPIC mode", Page | Enabled | BootProcessor);
        p.C.mov(__dword_ptr[PlatformGuest.UsesPage], 1);
    }
}
