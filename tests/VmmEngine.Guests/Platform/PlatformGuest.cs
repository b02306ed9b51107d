using Iced.Intel;

namespace VmmEngine.Guests.Platform;

/// <summary>
/// A guest that uses every device of the platform and writes down, in order, what it read and which interrupts came. It begins in 64-bit mode with its
/// APIC in x2APIC mode, and every address below 4 GiB mapped to itself.
/// </summary>
/// <remarks>Values that depend on time are turned into answers by the guest: a counter went on, an interrupt did not come before its time.</remarks>
public static class PlatformGuest
{
    /// <summary>Where the image goes, and the guest begins.</summary>
    public const int Address = 0x1_0000;

    /// <summary>Where the guest writes its answers, eight bytes each.</summary>
    public const int Log = 0x3_0000;

    /// <summary>How many answers it has written, four bytes.</summary>
    public const int Reached = 0x3_4000;

    /// <summary>Where an exception came from that nobody expected, eight bytes; 0: none.</summary>
    public const int LostAt = 0x3_4008;

    /// <summary>Where a <see cref="PlatformCommand"/> goes.</summary>
    public const ushort CommandPort = 0xC00;

    internal const ushort PmTimerPort = 0x408;

    internal const int Count = 0x3_4010;
    internal const int WaitStart = 0x3_4014;
    internal const int TimeStart = 0x3_4018;
    internal const int UsesPage = 0x3_401C;
    internal const int Held = 0x3_4020;
    internal const int Watched = 0x3_4024;
    internal const int WatchedLeft = 0x3_4028;
    internal const int WatchedCommand = 0x3_402C;
    internal const int ResumeAt = 0x3_4030;
    internal const int CommonHandler = 0x3_4038;
    internal const int TablePointer = 0x3_4040;
    internal const int Vectors = 0x3_4100;
    internal const int VectorsKept = 0x100;
    internal const int DescriptorTable = 0x3_5000;
    internal const int InterruptTable = 0x3_6000;
    internal const int StackEnd = 0x3_8000;

    private const int ImageLength = StackEnd - Address;

    static PlatformGuest()
    {
        Assembler c = new(64);
        PlatformProgram program = new(c);
        (Label stubs, Label common) = PlatformHandlers.Install(c);
        PicSteps.Silence(program);
        X2ApicSteps.Write(program);
        LocalApicSteps.Write(program);
        PicSteps.Write(program);
        PitSteps.Write(program);
        RtcSteps.Write(program);
        PmTimerSteps.Write(program);
        UartSteps.Write(program);
        IoApicSteps.Write(program);
        HpetSteps.Write(program);
        MessageSteps.Write(program);
        End(program);
        PlatformHandlers.Write(c, stubs, common);

        using MemoryStream bytes = new();
        c.Assemble(new StreamCodeWriter(bytes), Address);
        if (bytes.Length > Log - Address)
        {
            throw new InvalidOperationException($"The program has {bytes.Length} bytes and reaches into its data.");
        }

        Image = new byte[ImageLength];
        bytes.ToArray().CopyTo(Image, 0);
        Answers = program.Answers;
    }

    /// <summary>The bytes for <see cref="Address"/>: the program and its data.</summary>
    public static byte[] Image { get; }

    /// <summary>What it writes down, in order.</summary>
    public static IReadOnlyList<PlatformAnswer> Answers { get; }

    private static void End(PlatformProgram program)
    {
        Label forever = program.C.CreateLabel();
        program.Command(PlatformCommand.End);
        program.C.Label(ref forever);
        program.C.cli();
        program.C.hlt();
        program.C.jmp(forever);
    }
}
