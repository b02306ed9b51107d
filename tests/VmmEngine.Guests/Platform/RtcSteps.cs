using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The clock with its battery-backed memory.</summary>
internal static class RtcSteps
{
    public const byte PeriodicRate = 0x26; // 1,024 Hz
    public const byte RegisterA = 0x0A;
    public const byte RegisterB = 0x0B;
    public const byte RegisterC = 0x0C;
    public const byte Hours24 = 0x02;
    public const byte PeriodicInterrupts = 0x40;

    private const byte RegisterD = 0x0D;
    private const byte Set = 0x80;
    private const byte Memory = 0x40;
    private const byte Line = PlatformHandlers.FirstLine + 8;

    public static void Read(PlatformProgram p, byte register)
    {
        p.Out8(0x70, register);
        p.In8(0x71);
    }

    public static void Write(PlatformProgram p, byte register, int value)
    {
        p.Out8(0x70, register);
        p.Out8(0x71, value);
    }

    public static void Write(PlatformProgram p)
    {
        p.Device("clock");
        Write(p, Memory, 0x5A);
        Read(p, Memory);
        p.Answer("a byte of its memory", 0x5A);
        Read(p, RegisterD);
        p.Answer("its battery", 0x80);
        Write(p, RegisterB, Set | Hours24);
        foreach ((byte register, int value) in new (byte, int)[] { (0, 0), (2, 0x34), (4, 0x12), (6, 1), (7, 0x28), (8, 0x02), (9, 0x24) })
        {
            Write(p, register, value);
        }

        Write(p, RegisterB, Hours24);
        Read(p, 4);
        p.Answer("hour", 0x12);
        Read(p, 2);
        p.Answer("minute", 0x34);
        Read(p, 7);
        p.Answer("day", 0x28);

        PicSteps.Open(p, 8);
        Write(p, RegisterA, PeriodicRate);
        Read(p, RegisterC);
        p.StartTime();
        Write(p, RegisterB, Hours24 | PeriodicInterrupts);
        p.Command(PlatformCommand.Pause);
        p.Expect("periodic interrupt", Line);
        Read(p, RegisterC);
        p.C.and(eax, 0xC0);
        p.Answer("its flags", 0xC0);
        p.Expect("the next one", Line);
        p.Settle();
        p.Forget();
        p.ExpectNothing("none without reading the flags");
        Write(p, RegisterB, Hours24);
        Read(p, RegisterC);
        PicSteps.Silence(p);
    }
}
