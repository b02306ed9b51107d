namespace VmmEngine.Guests.Platform;

/// <summary>The 8259 pair, whose vectors come through the local APIC's LINT0.</summary>
internal static class PicSteps
{
    private const ushort Master = 0x20;
    private const ushort MasterMask = 0x21;
    private const ushort Slave = 0xA0;
    private const ushort SlaveMask = 0xA1;
    private const ushort MasterLevels = 0x4D0;
    private const ushort SlaveLevels = 0x4D1;
    private const byte ReadRequests = 0x0A;
    private const byte ReadInService = 0x0B;
    private const byte AutomaticEnd = 2;

    private static byte Line(int line) => (byte)(PlatformHandlers.FirstLine + line);

    /// <summary>Initializes the pair with every line masked.</summary>
    public static void Silence(PlatformProgram p, byte modes = 0)
    {
        foreach ((ushort command, ushort data, int line, int cascade) in new[] { (Master, MasterMask, 0, 4), (Slave, SlaveMask, 8, 2) })
        {
            p.Out8(command, 0x11);
            p.Out8(data, Line(line));
            p.Out8(data, cascade);
            p.Out8(data, 1 | modes);
            p.Out8(data, 0xFF);
        }
    }

    /// <summary>Opens lines, and leaves the others masked.</summary>
    public static void Open(PlatformProgram p, params ReadOnlySpan<int> lines)
    {
        int mask = 0xFFFF;
        foreach (int line in lines)
        {
            mask &= ~(1 << line);
            mask &= line >= 8 ? ~(1 << 2) : mask; // the slave's way into the master
        }

        p.Out8(MasterMask, mask & 0xFF);
        p.Out8(SlaveMask, mask >> 8);
    }

    public static void Write(PlatformProgram p)
    {
        p.Device("8259");
        Registers(p);
        Lines(p);
        Priorities(p);
        InService(p);
        Levels(p);
        Pin(p);
        Silence(p);
    }

    private static void Registers(PlatformProgram p)
    {
        p.Out8(MasterMask, 0xA5);
        p.In8(MasterMask);
        p.Answer("mask of the master", 0xA5);
        p.Out8(SlaveMask, 0x5A);
        p.In8(SlaveMask);
        p.Answer("mask of the slave", 0x5A);
        p.In8(MasterLevels);
        p.Answer("levels after power-on", 0);
        p.Out8(MasterLevels, 0xFF);
        p.In8(MasterLevels);
        p.Answer("levels that the master's lines can have", 0xF8);
        p.Out8(SlaveLevels, 0xFF);
        p.In8(SlaveLevels);
        p.Answer("levels that the slave's lines can have", 0xDE);
        p.Out8(MasterLevels, 0);
        p.Out8(SlaveLevels, 0);
    }

    private static void Lines(PlatformProgram p)
    {
        Open(p, 5, 11);
        p.Command(PlatformCommand.PulseLine, 5);
        p.Expect("a line of the master", Line(5));
        p.Command(PlatformCommand.PulseLine, 11);
        p.Expect("a line of the slave", Line(11));

        Open(p, 11);
        p.Command(PlatformCommand.PulseLine, 5);
        p.ExpectNothing("a masked line");
        p.Out8(Master, ReadRequests);
        p.In8(Master);
        p.Answer("the request that it left", 1 << 5);
        Open(p, 5);
        p.Expect("the same line, open again", Line(5));
    }

    private static void Priorities(PlatformProgram p)
    {
        Open(p, 3, 6, 10);
        p.Command(PlatformCommand.PulseLine, 6);
        p.Command(PlatformCommand.PulseLine, 3);
        p.Command(PlatformCommand.PulseLine, 10);
        p.Expect("three lines at once", Line(10), Line(3), Line(6));

        p.Out8(Master, 0xC4); // line 4 is the lowest
        p.Command(PlatformCommand.PulseLine, 3);
        p.Command(PlatformCommand.PulseLine, 6);
        p.Expect("two lines, priorities rotated", Line(6), Line(3));
        p.Out8(Master, 0xC7);
    }

    private static void InService(PlatformProgram p)
    {
        Open(p, 1, 4, 6);
        p.Hold(Line(4));
        p.Command(PlatformCommand.PulseLine, 4);
        p.Expect("a line whose end is held back", Line(4));
        p.Out8(Master, ReadInService);
        p.In8(Master);
        p.Answer("it is in service", 1 << 4);
        p.Command(PlatformCommand.PulseLine, 6);
        p.ExpectNothing("a line below it");
        p.Command(PlatformCommand.PulseLine, 1);
        p.Expect("a line above it", Line(1));
        p.Out8(Master, 0x64); // specific end of line 4
        p.Expect("the line below, after its end", Line(6));

        Silence(p, AutomaticEnd);
        Open(p, 4);
        p.Command(PlatformCommand.PulseLine, 4);
        p.Expect("a line that ends by itself", Line(4));
        p.Out8(Master, ReadInService);
        p.In8(Master);
        p.Answer("nothing is in service", 0);
        p.Hold(0);
        Silence(p);
    }

    private static void Levels(PlatformProgram p)
    {
        Open(p, 5);
        p.Command(PlatformCommand.SetTrigger, 5 | (1 << 8));
        p.In8(MasterLevels);
        p.Answer("level of a line that the client has set", 1 << 5);
        p.OnArrival(Line(5), 2, PlatformCommand.DeassertLine, 5);
        p.Command(PlatformCommand.AssertLine, 5);
        p.Expect("a level that stays until the second interrupt", Line(5), Line(5));
        p.ExpectNothing("the level is withdrawn");
        p.Command(PlatformCommand.SetTrigger, 5);
        p.In8(MasterLevels);
        p.Answer("the line is edge triggered again", 0);
    }

    private static void Pin(PlatformProgram p)
    {
        p.Write32(LocalApicSteps.Page + LocalApicSteps.Lint0, LocalApicSteps.Masked | LocalApicSteps.External);
        p.Command(PlatformCommand.PulseLine, 5);
        p.ExpectNothing("a line while LINT0 is masked");
        p.Write32(LocalApicSteps.Page + LocalApicSteps.Lint0, LocalApicSteps.External);
        p.Expect("the line when LINT0 is open", Line(5));
    }
}
